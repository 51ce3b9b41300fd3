import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { gridSampleOperators } from './gridSample.ts';

function sample(grid: readonly number[], attributes: Readonly<Record<string, string | number>>): readonly number[] {
  const x = Tensor.float32([1, 2, 3, 4], [1, 1, 1, 4]);
  const places = Tensor.float32(
    grid.flatMap((place) => [place, 0]),
    [1, 1, grid.length, 2],
  );
  const node = new OperatorNode(makeNode('GridSample', ['x', 'g'], ['y'], attributes), []);
  return Array.from(gridSampleOperators.GridSample?.evaluate?.(node, [x, places])[0]?.toFloat32() ?? []);
}

it('rounds halves to even', () => {
  // -0.5 and 0 are between the elements 0 and 1, and 1 and 2.
  expect(sample([-0.5, 0], { mode: 'nearest' })).toEqual([1, 3]);
});

it('reflects coordinates repeatedly', () => {
  expect(sample([-1.25, 1.25, 2.75, 4.75], { padding_mode: 'reflection' })).toEqual([1, 4, 1, 4]);
});

it('is zero outside unless padded', () => {
  expect(sample([3], {})).toEqual([0]);
  expect(sample([3], { padding_mode: 'border' })).toEqual([4]);
});

it('puts the identity grid on the element centers', () => {
  const node = new OperatorNode(makeNode('AffineGrid', ['theta', 'size'], ['y']), []);
  const theta = Tensor.float32([1, 0, 0, 0, 1, 0], [1, 2, 3]);
  const [grid] = gridSampleOperators.AffineGrid?.evaluate?.(node, [theta, Tensor.int64([1, 1, 1, 2])]) ?? [];
  expect(grid?.shape).toEqual([1, 1, 2, 2]);
  expect(Array.from(grid?.toFloat32() ?? [])).toEqual([-0.5, 0, 0.5, 0]);
});
