import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { ravel, selectAlong, unravel } from './selection.ts';

/** `ReverseSequence` and `Trilu`: entries that are moved or zeroed depending on their position. */
export const sequenceOperators: OperatorFamily = {
  ReverseSequence: {
    elements: 'moved',
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [x, lengths]) => {
      if (x === undefined || lengths === undefined) return [];
      return [selectAlong(x, x.shape, reversedSources(node, x.shape, lengths.toIntegers()))];
    },
  },
  Trilu: {
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [x, diagonal]) => {
      if (x === undefined) return [];
      const [rows, columns] = [x.shape.at(-2) ?? 1, x.shape.at(-1) ?? 1];
      const keep = triangle(node, diagonal?.toIntegers()[0] ?? 0);
      const sources = Int32Array.from({ length: x.size }, (_, index) => {
        const row = Math.floor(index / columns) % rows;
        return keep(row, index % columns) ? index : -1;
      });
      return [selectAlong(x, x.shape, sources)];
    },
  },
};

/** The flat positions that ReverseSequence reads: along the time axis, the first `lengths[sample]` entries of each sample in reverse. */
export function reversedSources(node: OperatorNode, shape: readonly number[], lengths: readonly number[]): Int32Array {
  const { batch, time } = sequenceAxes(node);
  const size = shape.reduce((count, extent) => count * extent, 1);
  return Int32Array.from({ length: size }, (_, index) => {
    const place = unravel(index, shape);
    const length = lengths[place[batch] ?? 0] ?? 0;
    const step = place[time] ?? 0;
    if (step < length) place[time] = length - 1 - step;
    return ravel(place, shape);
  });
}

function sequenceAxes(node: OperatorNode): { batch: number; time: number } {
  const [batch, time] = [node.int('batch_axis', 1), node.int('time_axis', 0)];
  if (batch + time !== 1 || batch * time !== 0) {
    throw new OperatorError('invalid', `batch_axis ${batch} and time_axis ${time} are not 0 and 1`);
  }
  return { batch, time };
}

/** Whether an element of a matrix is kept, by row and column. */
export function triangle(node: OperatorNode, diagonal: number): (row: number, column: number) => boolean {
  const upper = node.int('upper', 1) !== 0;
  return upper ? (row, column) => column - row >= diagonal : (row, column) => column - row <= diagonal;
}
