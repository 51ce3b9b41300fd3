import { OperatorError } from './operator.ts';
import { allocate, type DataType, Tensor } from './tensor.ts';

/** A tensor of a numeric type from numbers computed in float64; integers are truncated. */
export function numericTensor(dtype: DataType, shape: readonly number[], values: ArrayLike<number>): Tensor {
  if (dtype === 'string') throw new OperatorError('invalid', 'operands of the type string are not supported');
  const result = allocate(dtype, values.length);
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
    for (let index = 0; index < values.length; index++) result[index] = integerOf(values[index] ?? 0);
  } else {
    result.set(values);
  }
  return Tensor.of(dtype, shape, result);
}

/** An element as a 64-bit integer, truncated. Throws {@link OperatorError} if it is not a finite number, as in operands of mixed types. */
export function integerOf(value: number | bigint | string): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'string' || !Number.isFinite(value)) throw new OperatorError('invalid', `expected an integer, got ${value}`);
  return BigInt(Math.trunc(value));
}

/** The operand of an evaluation; throws if it is omitted. */
export function present(input: Tensor | undefined): Tensor {
  if (input === undefined) throw new OperatorError('invalid', 'an input is missing');
  return input;
}
