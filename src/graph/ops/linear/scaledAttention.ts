import { attend } from '../../../kernels/attention.ts';
import { elementCount } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import type { OperatorFamily } from '../../ir/operator.ts';
import { axisSize, operandSize, resultSize } from '../rules/cost.ts';

/**
 * `softmax(scale * Q Kᵀ + mask) V` over the last two axes. Inputs: query [..., rows, width], key [..., keys, width] and value [..., keys,
 * columns] with the same leading axes, and an optional mask: [rows, keys] after axes of size 1, or with all leading axes.
 */
export const scaledAttentionOperators: OperatorFamily = {
  'ncnn:ScaledAttention': {
    cost: (node, results) => (operandSize(node, 0) + resultSize(results)) * axisSize(node, 2, -2),
    infer: (node) => [{ dtype: node.input(0).dtype, shape: [...node.shape(0).slice(0, -1), node.shape(2).at(-1) ?? 1] }],
    evaluate: (node, inputs) => {
      const [query, key, value] = [present(inputs[0]), present(inputs[1]), present(inputs[2])];
      const [rows = 1, inner = 1] = query.shape.slice(-2);
      const [keys = 1, outputs = 1] = value.shape.slice(-2);
      const [q, k, v, mask] = [query.toFloat64(), key.toFloat64(), value.toFloat64(), inputs[3]?.toFloat64()];
      const front = query.shape.slice(0, -2);
      const result = new Float64Array(elementCount(front) * rows * outputs);
      for (let head = 0; head < elementCount(front); head++) {
        const part = (values: Float64Array, size: number): Float64Array => values.subarray(head * size, (head + 1) * size);
        const ownMask = mask?.length === rows * keys ? mask : mask && part(mask, rows * keys);
        const matrices = [part(q, rows * inner), part(k, keys * inner), part(v, keys * outputs)] as const;
        result.set(attend(...matrices, ownMask, node.float('scale'), { rows, keys, inner, outputs }), head * rows * outputs);
      }
      return [numericTensor(query.dtype, [...front, rows, outputs], result)];
    },
  },
};
