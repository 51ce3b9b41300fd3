import { product } from '../../graph/ir/dimension.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { computedWeight, type Weight } from '../../net/weight.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';

/** `ncnn:ProjectedAttention` becomes MultiHeadAttention, with the weights reordered so that the heads are contiguous. */
export const projectedAttentionLowerings: LoweringFamily = {
  'ncnn:ProjectedAttention': (node) => {
    const columns = [node.ints('query_columns'), node.ints('key_columns'), node.ints('value_columns')];
    const [embed = 0] = columns.map((list) => list.length);
    const heads = node.int('num_heads');
    const scale = Math.fround(node.float('scale'));
    const [qdim, kdim, vdim] = [0, 1, 2].map((index) => Number(node.shape(index).at(-1) ?? 1));
    const weights = columns.flatMap((list, map) => [projectionWeight(node, map, list), projectionBias(node, map, list)]);
    const params = {
      embed_dim: embed,
      num_heads: heads,
      weight_data_size: embed * (qdim ?? 1),
      ...(kdim === embed ? {} : { kdim: kdim ?? 1 }),
      ...(vdim === embed ? {} : { vdim: vdim ?? 1 }),
      // Older releases support only this scale.
      ...(scale === Math.fround(1 / Math.sqrt(embed / heads)) ? {} : { scale }),
    };
    const rows = product(node.shape(0).slice(0, -1));
    const top = node.layer(
      'MultiHeadAttention',
      bottoms(node),
      params,
      [rows, qdim ?? 1],
      [...weights, outputWeight(node, node.ints('output_rows')), outputBias(node, qdim ?? 1)],
    );
    node.define(0, top);
  },
};

/** The bottoms: only the query if all three operands are equal, and no value if it equals the key. */
function bottoms(node: LoweringNode) {
  const names = [0, 1, 2].map((index) => node.input(index).name);
  const count = names[2] !== names[1] ? 3 : names[1] !== names[0] ? 2 : 1;
  return Array.from({ length: count }, (_, index) => {
    const shape = node.shape(index);
    return node.blob(index, [product(shape.slice(0, -1)), shape.at(-1) ?? 1]);
  });
}

/** Reads an element of a projection weight, by input and output of the projection. */
function reader(
  node: LoweringNode,
  map: number,
): { readonly values: Float32Array; readonly at: (input: number, output: number) => number } {
  const tensor = node.constant(3 + 2 * map);
  const values = tensor?.toFloat32() ?? new Float32Array(0);
  const columns = tensor?.shape[1] ?? 1;
  const transposed = node.ints('transposed')[map] === 1;
  return { values, at: (input, output) => (transposed ? output * columns + input : input * columns + output) };
}

/** The weight as ncnn stores it, [columns, inputs]. */
function projectionWeight(node: LoweringNode, map: number, columns: readonly number[]): Weight {
  const inputs = Number(node.shape(map).at(-1) ?? 1);
  return computedWeight(columns.length * inputs, () => {
    const { values, at } = reader(node, map);
    const result = new Float32Array(columns.length * inputs);
    columns.forEach((column, row) => {
      for (let input = 0; input < inputs; input++) result[row * inputs + input] = values[at(input, column)] ?? 0;
    });
    return result;
  });
}

function projectionBias(node: LoweringNode, map: number, columns: readonly number[]): Weight {
  const tensor = biasOf(node, map);
  return computedWeight(columns.length, () => {
    const values = tensor?.toFloat32();
    return Float32Array.from(columns, (column) => values?.[column] ?? 0);
  });
}

function outputWeight(node: LoweringNode, rows: readonly number[]): Weight {
  const outputs = Number(node.outputShape().at(-1) ?? 1);
  return computedWeight(outputs * rows.length, () => {
    const { values, at } = reader(node, 3);
    const result = new Float32Array(outputs * rows.length);
    for (let output = 0; output < outputs; output++) {
      rows.forEach((row, place) => {
        result[output * rows.length + place] = values[at(row, output)] ?? 0;
      });
    }
    return result;
  });
}

function outputBias(node: LoweringNode, outputs: number): Weight {
  const tensor = biasOf(node, 3);
  return computedWeight(outputs, () => tensor?.toFloat32() ?? new Float32Array(outputs));
}

function biasOf(node: LoweringNode, map: number): Tensor | undefined {
  return node.constant(4 + 2 * map);
}
