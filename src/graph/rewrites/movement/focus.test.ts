import { expect, it } from 'vitest';
import { makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const constants = {
  n0: Tensor.int64([0]),
  n1: Tensor.int64([1]),
  end: Tensor.int64([100]),
  axis1: Tensor.int64([1]),
  axis2: Tensor.int64([2]),
  step: Tensor.int64([2]),
};

/** Every second row and column of [N, H, W, C], from a given row and column. */
function strided([row, column]: readonly [number, number], output: string): readonly Node[] {
  return [
    makeNode('Slice', ['x', `n${row}`, 'end', 'axis1', 'step'], [`${output}.rows`]),
    makeNode('Slice', [`${output}.rows`, `n${column}`, 'end', 'axis2', 'step'], [output]),
  ];
}

function merged(places: readonly (readonly [number, number])[], shape: readonly number[], axis: number): readonly string[] {
  const parts = places.map((_, index) => `p${index}`);
  const nodes = [...places.flatMap((place, index) => strided(place, parts[index] ?? '')), makeNode('Concat', parts, ['y'], { axis })];
  return operatorsOf(rewriteNodes({ x: shape }, nodes, ['y'], constants));
}

const byColumns = [
  [0, 0],
  [1, 0],
  [0, 1],
  [1, 1],
] as const;
const byRows = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
] as const;

it.each([
  ['columns', byColumns, [1, 8, 6, 3], ['Reshape', 'Transpose', 'Reshape']],
  ['columns, of two samples', byColumns, [2, 4, 4, 3], ['Reshape', 'Transpose', 'Reshape']],
  ['rows', byRows, [1, 8, 6, 3], ['Transpose', 'SpaceToDepth', 'Transpose']],
])('merges channels-last patches with few data movements: by %s', (_order, places, shape, operators) => {
  expect(merged(places, shape, -1)).toEqual(operators);
});

it('keeps slices of a block that are joined in a mixed order', () => {
  const mixed = [byRows[0], byRows[3], byRows[1], byRows[2]];
  expect(merged(mixed, [1, 8, 6, 3], 3)).toContain('Slice');
});

it('keeps slices of a block that are joined along another axis', () => {
  expect(merged(byRows, [1, 8, 6, 3], 2)).toContain('Slice');
});
