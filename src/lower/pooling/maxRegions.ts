import { binary as combined, reduceAxis } from '../arithmetic.ts';
import type { DraftBlob } from '../builder.ts';
import { above, binaryTerm, constantTerm, type Term, unaryTerm } from '../elementwise/formula.ts';
import { exactQuotient, isPowerOfTwo } from '../elementwise/integers.ts';
import type { TensorBlob } from '../movement/grouping.ts';
import type { LoweringNode } from '../node.ts';
import { type RegionOperands, rowOf } from './regions.ts';

/** Penalty for each pixel outside a cell: larger than any feature, while sums of it still fit in float32. */
const outside = 1e33;

/**
 * Maxima of the cells of arbitrary regions: a penalty is subtracted from the features outside a cell, first by rows and then by columns.
 * ncnn's ROIPooling is not used because it multiplies by an approximate reciprocal, so that a cell that ends at a whole pixel often gets an
 * extra one.
 */
export function maskedMaxima(
  node: LoweringNode,
  operands: RegionOperands,
  grid: readonly [number, number],
  scale: number,
): readonly DraftBlob[] {
  const { features, channels, height, width, count } = operands;
  const [rows, columns] = grid;
  const corners = roundedHalfAway(node, binaryTerm(node, 'MUL', { blob: operands.corners(), shape: [count, 4] }, scale));
  const corner = (index: number): TensorBlob => ({
    blob: node.layer('Crop', [corners.blob], { starts: [index], ends: [index + 1], axes: [1] }, [count, 1]),
    shape: [count, 1],
  });
  const rowDistances = distances(node, corner(1), corner(3), rows, height, 'row');
  const columnDistances = distances(node, corner(0), corner(2), columns, width, 'column');
  const planes = node.view(features, [channels, 1, height, width]);
  return Array.from({ length: count }, (_, index) => {
    const masked = (blob: DraftBlob, distancesOfAxis: TensorBlob, cells: number, size: number, view: readonly number[]): DraftBlob =>
      combined(node, 'ADD', blob, node.view(rowOf(node, node.view(distancesOfAxis.blob, [count, cells * size]), index), view));
    const byRow = reduceAxis(node, 'MAX', masked(planes, rowDistances, rows, height, [1, rows, height, 1]), 2);
    const both = reduceAxis(node, 'MAX', masked(byRow, columnDistances, columns, width, [1, 1, columns, width]), 3);
    const best: Term = { blob: node.view(both, [channels, rows, columns]), shape: [channels, rows, columns] };
    // A cell without pixels is 0.
    return binaryTerm(node, 'MUL', best, above(node, -outside / 10, best)).blob;
  });
}

/** Rounds to the nearest integer, halves away from zero. */
function roundedHalfAway(node: LoweringNode, x: Term): TensorBlob {
  const size = unaryTerm(node, 'FLOOR', binaryTerm(node, 'ADD', unaryTerm(node, 'ABS', x), 0.5));
  const direction = binaryTerm(node, 'ADD', binaryTerm(node, 'MUL', above(node, 0, unaryTerm(node, 'NEG', x)), -2), 1);
  return binaryTerm(node, 'MUL', size, direction);
}

/**
 * How far each position of an axis is outside each cell of each region, as a multiple of -{@link outside}: [count, cells, size]. Cell `i`
 * extends from `floor(i · bin)` to `ceil((i + 1) · bin)`, exclusive, where a bin is a fraction of the region in float32.
 */
function distances(node: LoweringNode, first: TensorBlob, last: TensorBlob, cells: number, size: number, key: string): TensorBlob {
  const [count = 1] = first.shape;
  const length = binaryTerm(node, 'MAX', binaryTerm(node, 'ADD', binaryTerm(node, 'SUB', last, first), 1), 1);
  const bin = isPowerOfTwo(cells) ? binaryTerm(node, 'MUL', length, 1 / cells) : exactQuotient(node, length, cells);
  const numbers = (from: number, many: number, shape: readonly number[]): Term =>
    constantTerm(
      node,
      Float32Array.from({ length: many }, (_, index) => from + index),
      shape,
      `${key} ${from} of ${many}`,
    );
  const bound = (rounding: 'FLOOR' | 'CEIL', from: number): TensorBlob => {
    const places = unaryTerm(node, rounding, binaryTerm(node, 'MUL', bin, numbers(from, cells, [1, cells])));
    return { blob: binaryTerm(node, 'ADD', places, first).blob, shape: [count, cells, 1] };
  };
  const places = numbers(0, size, [1, 1, size]);
  const before = binaryTerm(node, 'MIN', binaryTerm(node, 'SUB', places, bound('FLOOR', 0)), 0);
  const after = binaryTerm(node, 'MIN', binaryTerm(node, 'SUB', binaryTerm(node, 'SUB', bound('CEIL', 1), 1), places), 0);
  return binaryTerm(node, 'MUL', binaryTerm(node, 'ADD', before, after), outside);
}
