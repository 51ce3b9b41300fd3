import type { TorchValue } from '../../values/value.ts';
import type { Expression } from '../syntax/syntax.ts';

/** Whether a value has a type, or one of the types in a tuple, like `isinstance`. */
export function isInstance(value: TorchValue, type: Expression): boolean {
  if (type.kind === 'tuple') return type.elements.some((part) => isInstance(value, part));
  if (type.kind === 'literal') return value.kind === 'none';
  if (type.kind === 'name') return isPlain(value, type.name);
  if (type.kind === 'attribute') return value.kind === 'object' && value.type === qualifiedName(type);
  if (type.kind !== 'index' || type.object.kind !== 'name') return false;
  const parts = type.index.kind === 'tuple' ? type.index.elements : [type.index];
  return isGeneric(value, type.object.name, parts);
}

const kindsOfName: Readonly<Record<string, readonly TorchValue['kind'][]>> = {
  Tensor: ['tensor'],
  int: ['int', 'dimension'],
  float: ['float'],
  bool: ['bool'],
  str: ['string'],
  number: ['int', 'dimension', 'float', 'bool'],
  Scalar: ['int', 'dimension', 'float', 'bool'],
  NoneType: ['none'],
  Device: ['device'],
  list: ['list'],
  tuple: ['tuple'],
  dict: ['dict'],
};

function isPlain(value: TorchValue, name: string): boolean {
  return name === 'Any' || (kindsOfName[name]?.includes(value.kind) ?? false);
}

function isGeneric(value: TorchValue, name: string, parts: readonly Expression[]): boolean {
  const [first, second] = parts;
  switch (name) {
    case 'Optional':
      return value.kind === 'none' || (first !== undefined && isInstance(value, first));
    case 'Union':
      return parts.some((part) => isInstance(value, part));
    case 'List':
      return value.kind === 'list' && first !== undefined && value.elements.every((element) => isInstance(element, first));
    case 'Tuple': {
      // `Tuple[()]` has no elements.
      const types = first?.kind === 'tuple' && first.elements.length === 0 ? [] : parts;
      return (
        value.kind === 'tuple' &&
        value.elements.length === types.length &&
        types.every((part, index) => {
          const element = value.elements[index];
          return element !== undefined && isInstance(element, part);
        })
      );
    }
    case 'Dict':
      return value.kind === 'dict' && second !== undefined && [...value.entries.values()].every((entry) => isInstance(entry, second));
    case 'Future':
    case 'Await':
      return first !== undefined && isInstance(value, first);
    default:
      return false;
  }
}

/** `a.b.c` as a string; `undefined` if it contains anything other than names. */
export function qualifiedName(expression: Expression): string | undefined {
  const parts: string[] = [];
  let current = expression;
  for (; current.kind === 'attribute'; current = current.object) parts.unshift(current.name);
  return current.kind === 'name' ? [current.name, ...parts].join('.') : undefined;
}
