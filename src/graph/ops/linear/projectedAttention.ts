import type { OperatorFamily } from '../../ir/operator.ts';

/**
 * `ProjectedAttention`: what a rewrite finds, no operator of ONNX. Rows of a query, keys and values are mapped linearly,
 * taken apart into heads, weighted by `softmax(scale * Q Kᵀ)`, joined and mapped back to the width of the query.
 *
 * Inputs: query, key and value, [..., rows, width] each; then weight and bias (which may be left out) of the maps of the
 * query, the keys, the values and the result. `transposed` says for each of these maps whether its weight is
 * [outputs, inputs] and not [inputs, outputs]. `query_columns`, `key_columns` and `value_columns` are the outputs of a map that
 * make the heads, one head after the other; `output_rows` are the inputs of the last map that they go to.
 */
export const projectedAttentionOperators: OperatorFamily = {
  ProjectedAttention: {
    infer: (node) => {
      const weight = node.shape(9);
      const [transposed = 0] = node.ints('transposed').slice(3);
      return [{ dtype: node.input(0).dtype, shape: [...node.shape(0).slice(0, -1), weight[transposed === 1 ? 0 : 1] ?? 1] }];
    },
  },
};
