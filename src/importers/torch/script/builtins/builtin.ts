import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { Tracer } from '../../trace/tracer.ts';
import { describeValue, type ListValue, type TorchValue } from '../../values/value.ts';

/** A call of a function that the evaluator computes. */
export interface BuiltinCall {
  readonly args: readonly TorchValue[];
  readonly keywords: ReadonlyMap<string, TorchValue>;
  readonly tracer: Tracer;
}

/**
 * A function on Python values: `len`, `append`, `format`. `undefined` for arguments of other types, such as tensors, for which another
 * function of the same name may exist. Throws `OperatorError` where Python would raise an exception.
 */
export type Builtin = (call: BuiltinCall) => TorchValue | undefined;

/** Functions by name. */
export type BuiltinFamily = Readonly<Record<string, Builtin>>;

/** A known integer. Throws `OperatorError` for other values. */
export function knownInteger(value: TorchValue | undefined, what: string): number {
  if (value?.kind === 'int' || value?.kind === 'bool') return Number(value.value);
  throw new OperatorError(value?.kind === 'dimension' ? 'shape' : 'invalid', `${what} is ${describe(value)}, expected an integer`);
}

export function stringOf(value: TorchValue | undefined, what: string): string {
  if (value?.kind === 'string') return value.value;
  throw new OperatorError('invalid', `${what} is ${describe(value)}, expected a string`);
}

/** Maximum length of a list or string that a program may create during conversion. */
const maxLength: number = 2 ** 16;

/** Rejects a list or string that is too long. Throws `OperatorError`. */
export function checkLength(length: number): void {
  if (length > maxLength) throw new OperatorError('limit', `a list or string would have the length ${length}; the maximum is ${maxLength}`);
}

/** The memory of a value, in list entries. */
export const entriesPerValue = 4;

/**
 * Counts a list or string before it is created, and `entriesPerValue` times its length if its values are created as well. Throws
 * `OperatorError` if it is too long, and `NcnnError` if the total exceeds the budget.
 */
export function reserve({ tracer }: Pick<BuiltinCall, 'tracer'>, length: number, entries: number = length): void {
  checkLength(length);
  tracer.budget.spend('elements', entries);
}

/** The elements of a list or tuple. */
export function sequenceElements(value: TorchValue | undefined): readonly TorchValue[] | undefined {
  return value?.kind === 'list' || value?.kind === 'tuple' ? value.elements : undefined;
}

export function isListValue(value: TorchValue | undefined): value is ListValue {
  return value?.kind === 'list';
}

/** An index counted from the front. Throws `OperatorError` if it is out of range. */
export function positionIn(length: number, index: TorchValue | undefined, what: string): number {
  const requested = knownInteger(index, 'the index');
  const position = requested < 0 ? requested + length : requested;
  if (position < 0 || position >= length)
    throw new OperatorError('invalid', `the index ${requested} is out of range for ${what} of length ${length}`);
  return position;
}

/** The indices of a slice with Python's rules. */
export function slicePositions(
  length: number,
  start: TorchValue | undefined,
  end: TorchValue | undefined,
  step: TorchValue | undefined,
): readonly number[] {
  const stride = step === undefined || step.kind === 'none' ? 1 : knownInteger(step, 'the step');
  if (stride === 0) throw new OperatorError('invalid', 'the step of a slice is 0');
  const [first, last] = stride > 0 ? [0, length] : [-1, length - 1];
  const clamp = (value: TorchValue | undefined, missing: number): number => {
    if (value === undefined || value.kind === 'none') return missing;
    const bound = knownInteger(value, 'the bound of a slice');
    return Math.max(first, Math.min(last, bound < 0 ? bound + length : bound));
  };
  const [from, to] = [clamp(start, stride > 0 ? 0 : length - 1), clamp(end, stride > 0 ? length : -1)];
  const positions: number[] = [];
  for (let at = from; stride > 0 ? at < to : at > to; at += stride) positions.push(at);
  return positions;
}

function describe(value: TorchValue | undefined): string {
  return value === undefined ? 'missing' : describeValue(value);
}
