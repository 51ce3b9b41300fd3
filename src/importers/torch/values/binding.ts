import { OperatorError } from '../../../graph/ir/operator.ts';
import type { OperatorSchema, SchemaParameter, SchemaType } from './schema.ts';
import { boolValue, describeValue, floatValue, intValue, listValue, none, stringValue, type TorchValue } from './value.ts';

/** The arguments of a call by parameter name, including defaults. */
export type BoundArguments = ReadonlyMap<string, TorchValue>;

/** Assigns an argument to every parameter. Throws `OperatorError` if one is missing, unknown or has another type. */
export function bindArguments(
  schema: OperatorSchema,
  positional: readonly TorchValue[],
  keywords: ReadonlyMap<string, TorchValue> = new Map(),
): BoundArguments {
  const bound = new Map<string, TorchValue>();
  for (const [index, parameter] of schema.parameters.entries()) {
    const value = keywords.get(parameter.name) ?? (parameter.isKeywordOnly ? undefined : positional[index]) ?? defaultOf(parameter);
    if (value === undefined) throw new OperatorError('invalid', `the argument "${parameter.name}" is missing`);
    if (!fitsType(value, parameter.type, true)) {
      throw new OperatorError(
        'invalid',
        `the argument "${parameter.name}" is ${describeValue(value)}, expected ${describeType(parameter.type)}`,
      );
    }
    bound.set(parameter.name, value);
  }
  const places = schema.parameters.filter((parameter) => !parameter.isKeywordOnly).length;
  if (positional.length > places) throw new OperatorError('invalid', `expected at most ${places} arguments, got ${positional.length}`);
  for (const name of keywords.keys()) {
    if (!bound.has(name)) throw new OperatorError('invalid', `the operator has no argument "${name}"`);
  }
  return bound;
}

/**
 * Whether an overload accepts the arguments of a call. `converts` allows numbers as tensors and lists, and integers as floats, which torch
 * tries last.
 */
export function acceptsArguments(
  schema: OperatorSchema,
  positional: readonly TorchValue[],
  keywords: ReadonlyMap<string, TorchValue>,
  converts: boolean,
): boolean {
  const { parameters } = schema;
  if (positional.length > parameters.filter((parameter) => !parameter.isKeywordOnly).length) return false;
  if ([...keywords.keys()].some((name) => !parameters.some((parameter) => parameter.name === name))) return false;
  return parameters.every((parameter, index) => {
    const positionalValue = parameter.isKeywordOnly ? undefined : positional[index];
    const named = keywords.get(parameter.name);
    if (positionalValue !== undefined && named !== undefined) return false;
    const value = positionalValue ?? named;
    return value === undefined ? parameter.defaultText !== undefined : fitsType(value, parameter.type, converts);
  });
}

function fitsType(value: TorchValue, type: SchemaType, converts: boolean): boolean {
  const { kind } = value;
  if (kind === 'failed') return true;
  if (kind === 'none') return type.isOptional || type.base === 'Generator';
  const { list } = type;
  if (list === undefined) return fitsElement(value, type.base, converts);
  if (kind === 'list' || kind === 'tuple') {
    return value.elements.every((element) =>
      element.kind === 'none' ? list.hasOptionalElements : fitsElement(element, type.base, converts),
    );
  }
  return converts && list.length !== undefined && fitsElement(value, type.base, converts);
}

const kindsOfType: Readonly<Record<string, readonly TorchValue['kind'][]>> = {
  Tensor: ['tensor'],
  int: ['int', 'dimension'],
  float: ['float'],
  bool: ['bool'],
  str: ['string'],
  Scalar: ['int', 'dimension', 'float', 'bool'],
  // TorchScript writes enum members as numbers.
  ScalarType: ['dtype', 'int'],
  Layout: ['layout', 'int'],
  Device: ['device', 'string'],
  MemoryFormat: ['memoryFormat', 'int'],
};

const convertedKinds: Readonly<Record<string, readonly TorchValue['kind'][]>> = {
  Tensor: ['int', 'dimension', 'float', 'bool'],
  float: ['int', 'dimension', 'tensor'],
  int: ['bool', 'tensor'],
  bool: ['int', 'tensor'],
  Scalar: ['tensor'],
};

function fitsElement(value: TorchValue, base: string, converts: boolean): boolean {
  if (value.kind === 'failed') return true;
  return (kindsOfType[base]?.includes(value.kind) ?? false) || (converts && (convertedKinds[base]?.includes(value.kind) ?? false));
}

/** A type in the notation of messages: `int[2]`, `Tensor?`. */
function describeType({ base, list, isOptional }: SchemaType): string {
  const brackets = list === undefined ? '' : `${list.hasOptionalElements ? '?' : ''}[${list.length ?? ''}]`;
  return `${base}${brackets}${isOptional ? '?' : ''}`;
}

function defaultOf({ defaultText, type }: SchemaParameter): TorchValue | undefined {
  if (defaultText === undefined) return undefined;
  if (defaultText === 'None') return none;
  const [, inside] = /^\[(.*)\]$/.exec(defaultText) ?? [];
  if (inside !== undefined) return listValue(inside === '' ? [] : inside.split(',').map((entry) => literal(entry.trim(), type.base)));
  return literal(defaultText, type.base);
}

/** Enumerations that schemas write as words. */
const reductions: Readonly<Record<string, number>> = { none: 0, mean: 1, Mean: 1, sum: 2, Sum: 2 };

function literal(text: string, base: string): TorchValue {
  if (text === 'True' || text === 'False') return boolValue(text === 'True');
  if (base === 'str') return stringValue(text.slice(1, -1));
  if (text === 'contiguous_format') return { kind: 'memoryFormat', format: 'contiguous' };
  if (base === 'ScalarType') return { kind: 'dtype', dtype: text === 'long' ? 'int64' : 'float32' };
  const number = reductions[text] ?? Number(text);
  return base === 'float' || !Number.isInteger(number) || /[.e]/.test(text) ? floatValue(number) : intValue(number);
}
