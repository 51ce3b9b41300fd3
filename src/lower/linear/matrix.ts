import type { Dimension } from '../../graph/ir/dimension.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { transposeMatrix } from '../../kernels/matmul.ts';
import { computedWeight, type Weight } from '../../net/weight.ts';
import { type DraftBlob, weightOfTensor } from '../builder.ts';
import type { LoweringNode } from '../node.ts';

/** A stored constant matrix, [rows, columns], and the changes to make to it. */
export interface ConstantMatrix {
  readonly tensor: Tensor;
  readonly rows: number;
  readonly columns: number;
  /** Whether to transpose it. */
  readonly transpose: boolean;
  readonly factor: number;
}

/** The matrix as a weight. It is a view of the model file if no change is needed. */
export function matrixWeight({ tensor, rows, columns, transpose, factor }: ConstantMatrix): Weight {
  const moved = transpose && rows > 1 && columns > 1;
  if (!moved && factor === 1) return weightOfTensor(tensor);
  return computedWeight(tensor.size, () => {
    const values = moved ? transposeMatrix(tensor.toFloat32(), rows, columns) : tensor.toFloat32();
    return factor === 1 ? values : values.map((value) => value * factor);
  });
}

/** A bias of `length` values, from a constant with as many elements or with one that is repeated. */
export function biasWeight(tensor: Tensor, length: number, factor: number): Weight {
  if (tensor.size === length && factor === 1) return weightOfTensor(tensor);
  return computedWeight(length, () => {
    const values = tensor.toFloat32();
    return Float32Array.from({ length }, (_, index) => factor * (values[tensor.size === 1 ? 0 : index] ?? 0));
  });
}

/**
 * Multiplies the rows of a blob by a constant with InnerProduct, which takes a vector `[inputs]` for one row and a matrix `[rows, inputs]`
 * for several. `weight` is [outputs, inputs] in row-major order.
 */
export function innerProduct(node: LoweringNode, rows: DraftBlob, outputs: number, weight: Weight, bias?: Weight): DraftBlob {
  const params = { num_output: outputs, bias_term: bias === undefined ? 0 : 1, weight_data_size: weight.length };
  const shape = [...rows.shape.slice(0, -1), outputs];
  return node.layer('InnerProduct', [rows], params, shape, bias === undefined ? [weight] : [weight, bias]);
}

/** The operand as rows for {@link innerProduct}. */
export function rowsOf(node: LoweringNode, operand: number, rows: Dimension, inputs: number): DraftBlob {
  return node.blob(operand, rows === 1 ? [inputs] : [rows, inputs]);
}
