import { OperatorError } from './operator.ts';
import { allocate, type DataType, Tensor } from './tensor.ts';

/** A tensor of a numeric type from numbers computed in float64; integers are rounded towards zero. */
export function numericTensor(dtype: DataType, shape: readonly number[], values: ArrayLike<number>): Tensor {
  if (dtype === 'string') throw new OperatorError('invalid', 'the operand holds strings');
  const result = allocate(dtype, values.length);
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
    for (let index = 0; index < values.length; index++) result[index] = BigInt(Math.trunc(values[index] ?? 0));
  } else {
    result.set(values);
  }
  return Tensor.of(dtype, shape, result);
}

/** The operand of an evaluation; throws where it is left out. */
export function present(input: Tensor | undefined): Tensor {
  if (input === undefined) throw new OperatorError('invalid', 'an input is missing');
  return input;
}
