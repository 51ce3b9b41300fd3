import { bfloat16ToNumber, halfToNumber, numberToBfloat16, numberToHalf } from '../../../bytes/half.ts';
import { OperatorError } from '../../ir/operator.ts';
import { allocate, type DataType, Tensor } from '../../ir/tensor.ts';

/**
 * Applies a function to each element; type and shape stay the same. 64-bit integers are computed with `computeInteger`, and rejected
 * without it.
 */
export function mapNumbers(x: Tensor, compute: (value: number) => number, computeInteger?: (value: bigint) => bigint): Tensor {
  const { dtype, shape } = x;
  if (dtype === 'string') throw new OperatorError('invalid', 'operands of the type string are not supported');
  const values = x.values();
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    if (computeInteger === undefined) throw new OperatorError('invalid', `operands of the type ${dtype} are not supported`);
    return Tensor.of(dtype, shape, values.map(computeInteger));
  }
  const round = isRounded(dtype) ? rounding(dtype) : undefined;
  const result = allocate(dtype, x.size);
  if (values instanceof Float32Array && result instanceof Float32Array && round === undefined) mapFloats(values, result, compute);
  else if (round === undefined) for (let index = 0; index < x.size; index++) result[index] = compute(Number(values[index]));
  else for (let index = 0; index < x.size; index++) result[index] = round(compute(Number(values[index])));
  return Tensor.of(dtype, shape, result);
}

/** A separate function, so that the engine compiles it for float32, the type of large tensors. */
function mapFloats(values: Float32Array, result: Float32Array, compute: (value: number) => number): void {
  for (let index = 0; index < values.length; index++) result[index] = compute(values[index] ?? 0);
}

/**
 * Rounds a number to a type whose elements are computed in a wider type: 16-bit floats and bools. The typed arrays of all other types round
 * or wrap when a value is stored.
 */
export function rounding(dtype: DataType): (value: number) => number {
  if (dtype === 'float16') return (value) => halfToNumber(numberToHalf(value));
  if (dtype === 'bfloat16') return (value) => bfloat16ToNumber(numberToBfloat16(value));
  if (dtype === 'bool') return (value) => (value === 0 ? 0 : 1);
  return (value) => value;
}

/** Whether {@link rounding} changes anything. A call that changes nothing takes longer than the arithmetic. */
export function isRounded(dtype: DataType): boolean {
  return dtype === 'float16' || dtype === 'bfloat16' || dtype === 'bool';
}
