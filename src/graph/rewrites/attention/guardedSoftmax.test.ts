import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const zero = Tensor.float32([0]);
const softmax = makeNode('Softmax', ['x'], ['p']);
const masked = makeNode('Less', ['m', 'zero'], ['c']);

it('bounds the scores of a Softmax whose NaN rows are replaced', () => {
  const nodes = [masked, softmax, makeNode('Where', ['c', 'zero', 'p'], ['y'])];
  const graph = rewriteNodes({ x: [1, 2, 4], m: [1, 2, 1] }, nodes, ['y'], { zero });
  expect(operatorsOf(graph)).toEqual(['Less', 'Max', 'Softmax', 'Where']);
});

it('keeps a Softmax that has other readers', () => {
  const nodes = [masked, softmax, makeNode('Where', ['c', 'zero', 'p'], ['y']), makeNode('Neg', ['p'], ['z'])];
  expect(operatorsOf(rewriteNodes({ x: [1, 2, 4], m: [1, 2, 1] }, nodes, ['y', 'z'], { zero }))).not.toContain('Max');
});

it('keeps a Softmax that is not selected against a constant', () => {
  const computed = [masked, softmax, makeNode('Where', ['c', 'm', 'p'], ['y'])];
  expect(operatorsOf(rewriteNodes({ x: [1, 2, 4], m: [1, 2, 1] }, computed, ['y'], { zero }))).not.toContain('Max');
});
