import { elementCount } from '../../ir/dimension.ts';
import { checkList } from '../../ir/limits.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { operandSize } from '../rules/cost.ts';
import { imagewise } from '../rules/samples.ts';

/** Pooling to a given size: cell `i` of `n` covers the range from `floor(i · size / n)` to `ceil((i + 1) · size / n)`, exclusive. */
export const adaptivePoolOperators: OperatorFamily = {
  'ncnn:AdaptivePool': {
    ...imagewise,
    cost: (node) => (operandSize(node, 0) + elementCount(node.ints('output_size'))) * 8,
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const cells = node.ints('output_size');
      if (shape === undefined) return [{ dtype, shape }];
      if (shape.length !== cells.length + 2) throw new OperatorError('invalid', `expected ${shape.length - 2} sizes, got ${cells.length}`);
      return [{ dtype, shape: [...shape.slice(0, 2), ...cells] }];
    },
    evaluate: (node, [x]) => {
      const { shape, dtype } = present(x);
      let values: Float64Array = Float64Array.from(present(x).toFloat64());
      const sizes = [...shape];
      for (const [place, cells] of node.ints('output_size').entries()) {
        values = pooledAxis(values, sizes, place + 2, cells, isAverage(node));
        sizes[place + 2] = cells;
      }
      return [numericTensor(dtype, sizes, values)];
    },
  },
};

/** Whether the pooling averages; otherwise it takes the maximum. */
export function isAverage(node: OperatorNode): boolean {
  return node.string('mode') === 'average';
}

function pooledAxis(values: Float64Array, shape: readonly number[], axis: number, cells: number, average: boolean): Float64Array {
  const [size, inner] = [shape[axis] ?? 1, elementCount(shape.slice(axis + 1))];
  checkList(cells);
  const result = new Float64Array((values.length / size) * cells);
  for (let index = 0; index < result.length; index++) {
    const [outer, cell] = [Math.floor(index / (cells * inner)), Math.floor(index / inner) % cells];
    const [start, end] = [Math.floor((cell * size) / cells), Math.ceil(((cell + 1) * size) / cells)];
    let state = average ? 0 : Number.NEGATIVE_INFINITY;
    for (let place = start; place < end; place++) {
      const value = values[(outer * size + place) * inner + (index % inner)] ?? 0;
      state = average ? state + value : Math.max(state, value);
    }
    result[index] = average ? state / (end - start) : state;
  }
  return result;
}
