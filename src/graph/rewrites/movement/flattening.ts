import { elementCount, isStatic } from '../../ir/dimension.ts';
import { Tensor } from '../../ir/tensor.ts';
import { placesOf, rearrangementOf } from '../attention/rearrangement.ts';
import type { Rewrite } from '../rewrite.ts';

/**
 * A product with one row that contains all elements of a tensor in another order reads the tensor directly, with reordered weights. It is
 * the end of a channels-last image classifier.
 */
export const absorbFlattening: Rewrite = {
  name: 'absorb-flattening',
  operators: ['MatMul', 'Gemm'],
  match: (node, graph) => {
    const [row = '', weight = '', ...rest] = node.inputs;
    const view = graph.view(node);
    if (node.operator === 'Gemm' && view.int('transA', 0) !== 0) return undefined;
    const matrix = graph.constantOf(weight);
    const [shape, layout] = [graph.typeOf(row)?.shape, rearrangementOf(row, graph)];
    const source = graph.typeOf(layout.source)?.shape;
    if (matrix?.shape.length !== 2 || matrix.size > maxElements || !shape || !isStatic(shape) || !source || !isStatic(source))
      return undefined;
    const count = elementCount(shape);
    const moves = layout.factor === 1 && layout.nodes.some(({ operator }) => operator === 'Transpose');
    if (!moves || shape.at(-1) !== count || elementCount(source) !== count || !graph.isOnlyRead(row, node)) return undefined;
    const places = placesOf(row, layout, graph)?.toIntegers();
    if (places === undefined || new Set(places).size !== count) return undefined;
    const transposed = node.operator === 'Gemm' && view.int('transB', 0) !== 0;
    const moved = transposed ? withColumns(matrix, places) : withRows(matrix, places);
    return (edit) => {
      const flat = edit.emit('Reshape', [layout.source, edit.integers(shape, 'row/shape')], {}, 'row');
      return edit.emitLike(node, { inputs: [flat, edit.constant(moved, 'weight'), ...rest] });
    };
  },
};

/** Larger weights are better kept in the order of the file. */
const maxElements = 1 << 24;

/** The matrix with its row `i` moved to `places[i]`. */
function withRows(matrix: Tensor, places: readonly number[]): Tensor {
  const [, columns = 1] = matrix.shape;
  const values = matrix.toFloat32();
  const result = new Float32Array(values.length);
  for (const [row, place] of places.entries()) result.set(values.subarray(row * columns, (row + 1) * columns), place * columns);
  return Tensor.of('float32', matrix.shape, result);
}

/** The matrix with its column `i` moved to `places[i]`. */
function withColumns(matrix: Tensor, places: readonly number[]): Tensor {
  const [rows = 1, columns = 1] = matrix.shape;
  const values = matrix.toFloat32();
  const result = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (const [column, place] of places.entries()) result[row * columns + place] = values[row * columns + column] ?? 0;
  }
  return Tensor.of('float32', matrix.shape, result);
}
