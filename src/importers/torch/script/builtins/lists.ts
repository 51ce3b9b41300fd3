import { OperatorError } from '../../../../graph/ir/operator.ts';
import { boolValue, intValue, listValue, none, type TorchValue } from '../../values/value.ts';
import {
  type Builtin,
  type BuiltinFamily,
  checkLength,
  isListValue,
  knownInteger,
  positionIn,
  sequenceElements,
  slicePositions,
} from './builtin.ts';
import { areEqual } from './equality.ts';

/** A function that changes a list and gives it. */
function changing(change: (elements: TorchValue[], args: readonly TorchValue[]) => void): Builtin {
  return ({ args }) => {
    const [list] = args;
    if (!isListValue(list)) return undefined;
    change(list.elements, args.slice(1));
    checkLength(list.elements.length);
    return list;
  };
}

/** A function of the elements of a list or tuple. */
function ofElements(compute: (elements: readonly TorchValue[], args: readonly TorchValue[]) => TorchValue | undefined): Builtin {
  return ({ args }) => {
    const elements = sequenceElements(args[0]);
    return elements === undefined ? undefined : compute(elements, args.slice(1));
  };
}

/** The position of a value in a list, -1 where it is not in it. */
function find(elements: readonly TorchValue[], wanted: TorchValue | undefined): number {
  return elements.findIndex((element) => {
    const equal = wanted === undefined ? false : areEqual(element, wanted);
    if (equal === undefined) throw new OperatorError('unsupported', 'a list is searched whose values are computed when the net runs');
    return equal;
  });
}

function add({ args: [left, right] }: { readonly args: readonly TorchValue[] }): TorchValue | undefined {
  const [first, second] = [sequenceElements(left), sequenceElements(right)];
  if (first === undefined || second === undefined) return undefined;
  checkLength(first.length + second.length);
  return listValue([...first, ...second]);
}

function repeat({ args: [left, right] }: { readonly args: readonly TorchValue[] }): TorchValue | undefined {
  const [list, times] = isListValue(left) ? [left, right] : [right, left];
  if (!isListValue(list)) return undefined;
  const count = Math.max(0, knownInteger(times, 'the number of copies'));
  checkLength(count * list.elements.length);
  return listValue(Array.from({ length: count }, () => list.elements).flat());
}

/** Sorts numbers or strings in place. */
function sort(elements: TorchValue[], isReverse: boolean): void {
  const keys = elements.map((element) => {
    if (element.kind === 'int' || element.kind === 'float' || element.kind === 'bool' || element.kind === 'string') return element.value;
    throw new OperatorError('unsupported', `a list of ${element.kind} values is sorted`);
  });
  const order = keys.map((_, index) => index).sort((left, right) => compare(keys[left], keys[right]) * (isReverse ? -1 : 1));
  const sorted = order.flatMap((index) => elements.slice(index, index + 1));
  elements.splice(0, elements.length, ...sorted);
}

function compare<T>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isTrue(value: TorchValue | undefined): boolean {
  return value?.kind === 'bool' && value.value;
}

function sorted({ args: [list, isReverse] }: { readonly args: readonly TorchValue[] }): TorchValue | undefined {
  const elements = sequenceElements(list);
  if (elements === undefined) return undefined;
  const result = [...elements];
  sort(result, isTrue(isReverse));
  return listValue(result);
}

function truth(elements: readonly TorchValue[]): readonly boolean[] {
  return elements.map((element) => {
    if (element.kind === 'int' || element.kind === 'float' || element.kind === 'bool') return Number(element.value) !== 0;
    throw new OperatorError('unsupported', `a list of ${element.kind} values is tested`);
  });
}

/** Lists and tuples. */
export const listBuiltins: BuiltinFamily = {
  append: changing((elements, [value = none]) => void elements.push(value)),
  extend: changing((elements, [other]) => void elements.push(...(sequenceElements(other) ?? []))),
  insert: changing((elements, [index, value = none]) => void elements.splice(knownInteger(index, 'the index'), 0, value)),
  clear: changing((elements) => void elements.splice(0)),
  reverse: changing((elements) => void elements.reverse()),
  sort: changing((elements, [isReverse]) => sort(elements, isTrue(isReverse))),
  remove: changing((elements, [value]) => {
    const position = find(elements, value);
    if (position === -1) throw new OperatorError('invalid', 'a value is removed that is not in the list');
    elements.splice(position, 1);
  }),
  Delete: changing((elements, [index]) => void elements.splice(positionIn(elements.length, index, 'a list'), 1)),
  _set_item: changing((elements, [index, value = none]) => {
    elements[positionIn(elements.length, index, 'a list')] = value;
  }),
  pop: ({ args: [list, index = intValue(-1)] }) => {
    if (!isListValue(list)) return undefined;
    return list.elements.splice(positionIn(list.elements.length, index, 'a list'), 1)[0];
  },
  len: ofElements((elements) => intValue(elements.length)),
  copy: ofElements((elements) => listValue(elements)),
  list: ofElements((elements) => listValue(elements)),
  __getitem__: ofElements((elements, [index]) => elements[positionIn(elements.length, index, 'a list')]),
  slice: ({ args: [list, start, end, step] }) => {
    const elements = sequenceElements(list);
    if (elements === undefined) return undefined;
    const taken = slicePositions(elements.length, start, end, step).flatMap((position) => elements.slice(position, position + 1));
    return list?.kind === 'tuple' ? { kind: 'tuple', elements: taken } : listValue(taken);
  },
  __contains__: ofElements((elements, [value]) => boolValue(find(elements, value) !== -1)),
  index: ofElements((elements, [value]) => {
    const position = find(elements, value);
    if (position === -1) throw new OperatorError('invalid', 'a value is looked for that is not in the list');
    return intValue(position);
  }),
  count: ofElements((elements, [value]) => intValue(elements.filter((element) => find([element], value) === 0).length)),
  add,
  add_: ({ args: [list, other] }) => {
    const more = sequenceElements(other);
    if (!isListValue(list) || more === undefined) return undefined;
    checkLength(list.elements.length + more.length);
    list.elements.push(...more);
    return list;
  },
  mul: repeat,
  sorted,
  all: ofElements((elements) => boolValue(truth(elements).every(Boolean))),
  any: ofElements((elements) => boolValue(truth(elements).some(Boolean))),
};
