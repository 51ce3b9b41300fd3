import { elementCount } from '../../ir/dimension.ts';
import { checkList } from '../../ir/limits.ts';
import { Tensor } from '../../ir/tensor.ts';

/** The scale of a normalization that has none. Throws `OperatorError` where it would be longer than any model's. */
export function onesOf(sizes: readonly number[]): Tensor {
  checkList(elementCount(sizes));
  return Tensor.of('float32', sizes, new Float32Array(elementCount(sizes)).fill(1));
}
