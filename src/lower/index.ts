import { unaryLowerings } from './elementwise/unary.ts';
import type { Lowering, LoweringFamily } from './node.ts';

/** Every family of lowerings, in the order of the operator families in `graph/ops`. */
const families: readonly LoweringFamily[] = [
  // elementwise
  unaryLowerings,
  // reduction
  // movement
  // linear
  // normalization
  // pooling
  // recurrent
  // image
];

/** The lowering of each operator that has an ncnn form, by ONNX name. */
export const lowerings: ReadonlyMap<string, Lowering> = new Map(families.flatMap((family) => Object.entries(family)));
