import { elementCount } from '../../ir/dimension.ts';
import { checkList } from '../../ir/limits.ts';
import { Tensor } from '../../ir/tensor.ts';

/** A scale of ones for a normalization without a scale. Throws `OperatorError` if it would be longer than in any model. */
export function onesOf(sizes: readonly number[]): Tensor {
  checkList(elementCount(sizes));
  return Tensor.of('float32', sizes, new Float32Array(elementCount(sizes)).fill(1));
}
