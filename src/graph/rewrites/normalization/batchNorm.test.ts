import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const vector = (...values: number[]): Tensor => Tensor.of('float32', [values.length], new Float32Array(values));
const constants = {
  scale: vector(1.5, -2),
  shift: vector(0.25, 3),
  mean: vector(-1, 0.5),
  variance: vector(4, 0.01),
  w: Tensor.of('float32', [2, 2, 1, 1], new Float32Array([1, 2, -3, 4])),
};
const normalization = makeNode('BatchNormalization', ['c', 'scale', 'shift', 'mean', 'variance'], ['y']);

it.each(['Conv', 'ConvTranspose'])('moves a BatchNormalization of several samples right after its %s', (operator) => {
  const nodes = [makeNode(operator, ['x', 'w'], ['c']), normalization];
  const graph = rewriteNodes({ x: [4, 2, 3, 3] }, nodes, ['y'], constants);
  expect(operatorsOf(graph)).toEqual(['Transpose', 'Unsqueeze', operator, 'BatchNormalization', 'Squeeze', 'Transpose']);
});

it('keeps its position if others read the samples before it', () => {
  const nodes = [makeNode('Conv', ['x', 'w'], ['c']), normalization];
  const graph = rewriteNodes({ x: [4, 2, 3, 3] }, nodes, ['c', 'y'], constants);
  expect(operatorsOf(graph).at(-1)).toBe('BatchNormalization');
});
