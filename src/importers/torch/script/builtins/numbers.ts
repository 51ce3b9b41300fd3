import type { Tracer } from '../../trace/tracer.ts';
import { boolValue, intValue, type TorchValue } from '../../values/value.ts';
import { type Builtin, type BuiltinFamily, sequenceElements } from './builtin.ts';
import { areEqual } from './equality.ts';

/** The tracer's operations on numbers, by their names in TorchScript. */
const operations: Readonly<Record<string, string>> = {
  add: 'add',
  sub: 'sub',
  mul: 'mul',
  div: 'truediv',
  floordiv: 'floordiv',
  remainder: 'mod',
  pow: 'pow',
  lt: 'lt',
  le: 'le',
  gt: 'gt',
  ge: 'ge',
  neg: 'neg',
  ceil: 'ceil',
  floor: 'floor',
  round: 'round',
  abs: 'abs',
  sqrt: 'sqrt',
  exp: 'exp',
  log: 'log',
  log2: 'log2',
  sin: 'sin',
  cos: 'cos',
  tanh: 'tanh',
  __and__: 'and',
  __or__: 'or',
  __xor__: 'xor',
  __not__: 'not',
  __lshift__: 'lshift',
  __rshift__: 'rshift',
};

export function isNumber(value: TorchValue | undefined): boolean {
  return value?.kind === 'int' || value?.kind === 'float' || value?.kind === 'bool' || value?.kind === 'dimension';
}

function computing(operation: string): Builtin {
  return ({ args, tracer }) => (args.every(isNumber) ? tracer.compute(operation, args) : undefined);
}

/** `min` and `max` of two numbers or of a list of them. */
function extreme(operation: 'min' | 'max'): Builtin {
  return ({ args, tracer }) => {
    const values = args.length === 1 ? sequenceElements(args[0]) : args;
    if (values === undefined || values.length === 0 || !values.every(isNumber)) return undefined;
    return values.reduce((left, right) => tracer.compute(operation, [left, right]));
  };
}

function comparing(isEqual: boolean): Builtin {
  return ({ args: [left, right], tracer }) => {
    if (left === undefined || right === undefined) return undefined;
    const equal = areEqual(left, right);
    if (equal !== undefined) return boolValue(equal === isEqual);
    return isNumber(left) && isNumber(right) ? tracer.compute(isEqual ? 'eq' : 'ne', [left, right]) : undefined;
  };
}

/** `a is b`, which is only used for None and members of an Enum. */
function identical(isSame: boolean): Builtin {
  return ({ args: [left, right] }) => {
    if (left === undefined || right === undefined) return undefined;
    const same = left.kind === 'none' || right.kind === 'none' ? left.kind === right.kind : left === right;
    return boolValue(same === isSame);
  };
}

/** The number of integers in `range(start, end, step)`. */
function rangeLength(start: TorchValue, end: TorchValue, step: TorchValue, tracer: Tracer): TorchValue {
  // Rounds the number of steps up, for both signs of the step.
  const distance = tracer.compute('sub', [end, start]);
  const count = tracer.compute('neg', [tracer.compute('floordiv', [tracer.compute('neg', [distance]), step])]);
  return tracer.compute('max', [count, intValue(0)]);
}

/** Python numbers. */
export const numberBuiltins: BuiltinFamily = {
  ...Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, computing(operation)])),
  min: extreme('min'),
  max: extreme('max'),
  eq: comparing(true),
  ne: comparing(false),
  __is__: identical(true),
  __isnot__: identical(false),
  sum: ({ args, tracer }) => {
    const elements = args.length === 1 ? sequenceElements(args[0]) : undefined;
    if (elements === undefined || !elements.every(isNumber)) return undefined;
    return elements.reduce((left, right) => tracer.compute('add', [left, right]), intValue(0));
  },
  __round_to_zero_floordiv: ({ args, tracer }) => {
    if (!args.every(isNumber)) return undefined;
    return tracer.compute('trunc', [tracer.compute('truediv', args)]);
  },
  __range_length: ({ args: [start, end, step], tracer }) =>
    start === undefined || end === undefined || step === undefined ? undefined : rangeLength(start, end, step, tracer),
  __derive_index: ({ args: [index, start, step], tracer }) =>
    index === undefined || start === undefined || step === undefined
      ? undefined
      : tracer.compute('add', [start, tracer.compute('mul', [index, step])]),
};
