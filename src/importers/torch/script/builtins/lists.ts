import { OperatorError } from '../../../../graph/ir/operator.ts';
import { boolValue, intValue, listValue, none, type TorchValue } from '../../values/value.ts';
import {
  type Builtin,
  type BuiltinCall,
  type BuiltinFamily,
  checkLength,
  isListValue,
  knownInteger,
  positionIn,
  reserve,
  sequenceElements,
  slicePositions,
} from './builtin.ts';
import { areEqual } from './equality.ts';

/** A function that modifies a list and returns it. */
function changing(change: (elements: TorchValue[], args: readonly TorchValue[], call: BuiltinCall) => void): Builtin {
  return (call) => {
    const [list] = call.args;
    if (!isListValue(list)) return undefined;
    change(list.elements, call.args.slice(1), call);
    return list;
  };
}

/** A function of the elements of a list or tuple. */
function ofElements(
  compute: (elements: readonly TorchValue[], args: readonly TorchValue[], call: BuiltinCall) => TorchValue | undefined,
): Builtin {
  return (call) => {
    const elements = sequenceElements(call.args[0]);
    return elements === undefined ? undefined : compute(elements, call.args.slice(1), call);
  };
}

/** Counts further elements of a list against the budget. */
function lengthen({ length }: readonly TorchValue[], more: number, call: BuiltinCall): void {
  checkLength(length + more);
  reserve(call, more);
}

function copied(elements: readonly TorchValue[], _args: readonly TorchValue[], call: BuiltinCall): TorchValue {
  reserve(call, elements.length);
  return listValue(elements);
}

/** The index of a value in a list, -1 if it is not found. */
function find(elements: readonly TorchValue[], value: TorchValue | undefined): number {
  return elements.findIndex((element) => {
    const equal = value === undefined ? false : areEqual(element, value);
    if (equal === undefined) throw new OperatorError('unsupported', 'the search needs list values that are computed when the net runs');
    return equal;
  });
}

function add(call: BuiltinCall): TorchValue | undefined {
  const [left, right] = call.args;
  const [first, second] = [sequenceElements(left), sequenceElements(right)];
  if (first === undefined || second === undefined) return undefined;
  reserve(call, first.length + second.length);
  return listValue([...first, ...second]);
}

function repeat(call: BuiltinCall): TorchValue | undefined {
  const [left, right] = call.args;
  const [list, times] = isListValue(left) ? [left, right] : [right, left];
  if (!isListValue(list)) return undefined;
  const count = Math.max(0, knownInteger(times, 'the number of copies'));
  reserve(call, count * list.elements.length);
  return listValue(Array.from({ length: count }, () => list.elements).flat());
}

/** Sorts numbers or strings in place. */
function sort(elements: TorchValue[], isReverse: boolean): void {
  const keys = elements.map((element) => {
    if (element.kind === 'int' || element.kind === 'float' || element.kind === 'bool' || element.kind === 'string') return element.value;
    throw new OperatorError('unsupported', `a list of ${element.kind} values cannot be sorted`);
  });
  const order = keys.map((_, index) => index).sort((left, right) => compare(keys[left], keys[right]) * (isReverse ? -1 : 1));
  const sorted = order.flatMap((index) => elements.slice(index, index + 1));
  for (const [index, element] of sorted.entries()) elements[index] = element;
}

function compare<T>(left: T, right: T): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function isTrue(value: TorchValue | undefined): boolean {
  return value?.kind === 'bool' && value.value;
}

function sorted(call: BuiltinCall): TorchValue | undefined {
  const [list, isReverse] = call.args;
  const elements = sequenceElements(list);
  if (elements === undefined) return undefined;
  reserve(call, elements.length);
  const result = [...elements];
  sort(result, isTrue(isReverse));
  return listValue(result);
}

function truth(elements: readonly TorchValue[]): readonly boolean[] {
  return elements.map((element) => {
    if (element.kind === 'int' || element.kind === 'float' || element.kind === 'bool') return Number(element.value) !== 0;
    throw new OperatorError('unsupported', `the elements of a list of ${element.kind} values cannot be tested`);
  });
}

/** Lists and tuples. */
export const listBuiltins: BuiltinFamily = {
  append: changing((elements, [value = none], call) => {
    lengthen(elements, 1, call);
    elements.push(value);
  }),
  extend: changing((elements, [other], call) => {
    const more = sequenceElements(other) ?? [];
    lengthen(elements, more.length, call);
    // A list may be extended with itself.
    for (const element of [...more]) elements.push(element);
  }),
  insert: changing((elements, [index, value = none], call) => {
    lengthen(elements, 1, call);
    elements.splice(knownInteger(index, 'the index'), 0, value);
  }),
  clear: changing((elements) => void elements.splice(0)),
  reverse: changing((elements) => void elements.reverse()),
  sort: changing((elements, [isReverse]) => sort(elements, isTrue(isReverse))),
  remove: changing((elements, [value]) => {
    const position = find(elements, value);
    if (position === -1) throw new OperatorError('invalid', 'the value to remove is not in the list');
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
  copy: ofElements(copied),
  list: ofElements(copied),
  __getitem__: ofElements((elements, [index]) => elements[positionIn(elements.length, index, 'a list')]),
  slice: (call) => {
    const [list, start, end, step] = call.args;
    const elements = sequenceElements(list);
    if (elements === undefined) return undefined;
    const positions = slicePositions(elements.length, start, end, step);
    reserve(call, positions.length);
    const taken = positions.flatMap((position) => elements.slice(position, position + 1));
    return list?.kind === 'tuple' ? { kind: 'tuple', elements: taken } : listValue(taken);
  },
  __contains__: ofElements((elements, [value]) => boolValue(find(elements, value) !== -1)),
  index: ofElements((elements, [value]) => {
    const position = find(elements, value);
    if (position === -1) throw new OperatorError('invalid', 'the value to find is not in the list');
    return intValue(position);
  }),
  count: ofElements((elements, [value]) => intValue(elements.filter((element) => find([element], value) === 0).length)),
  add,
  add_: (call) => {
    const [list, other] = call.args;
    const more = sequenceElements(other);
    if (!isListValue(list) || more === undefined) return undefined;
    lengthen(list.elements, more.length, call);
    for (const element of [...more]) list.elements.push(element);
    return list;
  },
  mul: repeat,
  sorted,
  all: ofElements((elements) => boolValue(truth(elements).every(Boolean))),
  any: ofElements((elements) => boolValue(truth(elements).some(Boolean))),
};
