import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const nodes = [makeNode('Mul', ['q', 'a'], ['s']), makeNode('Mul', ['b', 'k'], ['t']), makeNode('MatMul', ['s', 't'], ['y'])];
const inputs = { q: [2, 3, 4], k: [2, 4, 5] };

it('multiplies one of two matrices by the factors of both', () => {
  const graph = rewriteNodes(inputs, nodes, ['y'], { a: Tensor.float32([3]), b: Tensor.float32([0.5]) });
  expect(operatorsOf(graph)).toEqual(['Mul', 'MatMul']);
  expect(graph.constants.get(graph.nodes[0]?.inputs[1] ?? '')?.scalar()).toBe(1.5);
});

it('keeps factors of matrices with other readers', () => {
  const numbers = { a: Tensor.float32([3]), b: Tensor.float32([0.5]) };
  expect(operatorsOf(rewriteNodes(inputs, nodes, ['y', 't'], numbers))).toEqual(['Mul', 'Mul', 'MatMul']);
});

it('keeps factors for each row', () => {
  const numbers = { a: Tensor.float32([3]), b: Tensor.float32([0.5]) };
  const rows = { ...numbers, a: Tensor.float32([1, 2, 3], [3, 1]) };
  expect(operatorsOf(rewriteNodes(inputs, nodes, ['y'], rows))).toEqual(['Mul', 'Mul', 'MatMul']);
});
