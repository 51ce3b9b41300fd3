import { attend } from '../../../kernels/attention.ts';
import { multiplyMatrices, transposeMatrix } from '../../../kernels/matmul.ts';
import { elementCount } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import type { OperatorFamily, OperatorNode } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { axisSize, operandSize } from '../rules/cost.ts';

/**
 * Multi-head attention: projects the rows of a query, keys and values, splits them into heads, computes `softmax(scale * Q Kᵀ) V` per head,
 * joins the heads and projects the result.
 *
 * Inputs: query, key and value, each [..., rows, width], followed by the weight and the optional bias of the projections of the query, the
 * keys, the values and the result. `transposed` has one entry per projection: whether its weight is [outputs, inputs] instead of [inputs,
 * outputs]. `query_columns`, `key_columns` and `value_columns` list the outputs of a projection that form the heads, one head after the
 * other; `output_rows` lists the inputs of the last projection that they go to.
 */
export const projectedAttentionOperators: OperatorFamily = {
  'ncnn:ProjectedAttention': {
    cost: (node) => {
      const rows = [0, 1, 2, 0].map((index) => operandSize(node, index) / Math.max(1, axisSize(node, index, -1)));
      const maps = rows.reduce((sum, count, map) => sum + count * operandSize(node, 3 + 2 * map), 0);
      return maps + 2 * (rows[0] ?? 0) * (rows[1] ?? 0) * node.ints('output_rows').length;
    },
    infer: (node) => {
      const weight = node.shape(9);
      const [transposed = 0] = node.ints('transposed').slice(3);
      return [{ dtype: node.input(0).dtype, shape: [...node.shape(0).slice(0, -1), weight[transposed === 1 ? 0 : 1] ?? 1] }];
    },
    evaluate: (node, inputs) => {
      const query = present(inputs[0]);
      const [rows, keys] = [rowCount(query), rowCount(present(inputs[1]))];
      const names = ['query_columns', 'key_columns', 'value_columns'] as const;
      const projected = names.map((name, map) => {
        const x = present(inputs[map]);
        return { columns: node.ints(name), ...mapped(node, inputs, map, x.toFloat64(), rowCount(x)) };
      });
      const outputRows = node.ints('output_rows');
      const heads = node.int('num_heads');
      const inner = outputRows.length / heads;
      const joined = new Float64Array(rows * outputRows.length);
      for (let head = 0; head < heads; head++) {
        const [q, k, v] = projected.map(({ columns, values, width }) =>
          columnsOf(values, width, columns.slice(head * inner, (head + 1) * inner)),
        );
        if (q === undefined || k === undefined || v === undefined) return [];
        const mixed = attend(q, k, v, undefined, node.float('scale'), { rows, keys, inner, outputs: inner });
        mixed.forEach((value, index) => {
          const column = outputRows[head * inner + (index % inner)] ?? 0;
          joined[Math.floor(index / inner) * outputRows.length + column] = value;
        });
      }
      const { values, width } = mapped(node, inputs, 3, joined, rows);
      return [numericTensor(query.dtype, [...query.shape.slice(0, -1), width], values)];
    },
  },
};

function rowCount({ shape }: Tensor): number {
  return elementCount(shape.slice(0, -1));
}

/** Applies one of the four projections to rows. */
function mapped(
  node: OperatorNode,
  inputs: readonly (Tensor | undefined)[],
  map: number,
  x: Float64Array,
  rows: number,
): { readonly values: Float64Array; readonly width: number } {
  const weight = present(inputs[3 + 2 * map]);
  const [first = 1, second = 1] = weight.shape;
  const isTransposed = node.ints('transposed')[map] === 1;
  const [inner, width] = isTransposed ? [second, first] : [first, second];
  const matrix = isTransposed ? transposeMatrix(weight.toFloat64(), first, second) : weight.toFloat64();
  const values = new Float64Array(rows * width);
  multiplyMatrices(x, 0, matrix, 0, values, 0, [rows, inner, width]);
  const bias = inputs[4 + 2 * map]?.toFloat64();
  return { values: bias === undefined ? values : values.map((value, index) => value + (bias[index % width] ?? 0)), width };
}

function columnsOf(values: Float64Array, width: number, columns: readonly number[]): Float64Array {
  return Float64Array.from(
    { length: (values.length / width) * columns.length },
    (_, index) => values[Math.floor(index / columns.length) * width + (columns[index % columns.length] ?? 0)] ?? 0,
  );
}
