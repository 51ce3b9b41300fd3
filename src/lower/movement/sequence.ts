import { elementCount } from '../../graph/ir/dimension.ts';
import { sliceRange } from '../../graph/ops/movement/selection.ts';
import { reversedSources, triangle } from '../../graph/ops/movement/sequence.ts';
import type { LoweringFamily } from '../node.ts';
import { operandBlob } from './grouping.ts';
import { appendZeros, taken } from './take.ts';

/** Budget entries per element, for the lists of element positions. */
const entriesPerElement = 4;

/** `ReverseSequence` and `Trilu`: reorders runs of elements, or takes them from zeros appended to the operand. */
export const sequenceLowerings: LoweringFamily = {
  ReverseSequence: (node) => {
    const shape = node.staticShape(0);
    const lengths = node.constantIntegers(1) ?? [];
    const steps = shape.slice(0, 2);
    const run = elementCount(shape.slice(2));
    node.reserve(entriesPerElement * elementCount(steps));
    const rows = reversedSources(node, steps, lengths);
    const flat = { blob: operandBlob(node, 0).blob, shape: [elementCount(steps), run] };
    node.define(0, taken(node, flat, 0, Array.from(rows)).blob);
  },
  Trilu: (node) => {
    const shape = node.staticShape(0);
    const [rows, columns] = [shape.at(-2) ?? 1, shape.at(-1) ?? 1];
    const keep = triangle(node, node.constantIntegers(1)?.[0] ?? 0);
    const size = rows * columns;
    node.reserve(entriesPerElement * size);
    // One row of zeros is enough for all runs that are set to zero.
    const sources = sliceRange(size).map((place) => {
      const [row, column] = [Math.floor(place / columns), place % columns];
      return keep(row, column) ? place : size + column;
    });
    const flat = { blob: operandBlob(node, 0).blob, shape: [elementCount(shape) / size, size] };
    if (sources.every((source, place) => source === place)) return node.define(0, flat.blob);
    node.define(0, taken(node, appendZeros(node, flat, 1, columns), 1, sources).blob);
  },
};
