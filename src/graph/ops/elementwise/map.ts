import { OperatorError } from '../../operator.ts';
import { allocate, Tensor } from '../../tensor.ts';

/**
 * A tensor of the same type and shape with a function applied to each element. 64-bit integers are computed with
 * `computeInteger`; without it they are refused.
 */
export function mapNumbers(x: Tensor, compute: (value: number) => number, computeInteger?: (value: bigint) => bigint): Tensor {
  const { dtype, shape } = x;
  if (dtype === 'string') throw new OperatorError('invalid', 'the operand holds strings');
  const values = x.values();
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    if (computeInteger === undefined) throw new OperatorError('invalid', `the operand is ${dtype}`);
    return Tensor.of(dtype, shape, values.map(computeInteger));
  }
  const result = allocate(dtype, x.size);
  for (let index = 0; index < x.size; index++) result[index] = compute(Number(values[index]));
  return Tensor.of(dtype, shape, result);
}
