import type { OperatorFamily } from '../../ir/operator.ts';

/**
 * `ScaledAttention`: what a rewrite finds, no operator of ONNX. `softmax(scale * Q Kᵀ + mask) V` over the last two axes. Inputs: query
 * [..., rows, width], key [..., keys, width], value [..., keys, columns], all with the same axes in front; then the mask, which
 * may be left out: [rows, keys] after axes of size 1, or with all axes in front.
 */
export const scaledAttentionOperators: OperatorFamily = {
  ScaledAttention: {
    infer: (node) => [{ dtype: node.input(0).dtype, shape: [...node.shape(0).slice(0, -1), node.shape(2).at(-1) ?? 1] }],
  },
};
