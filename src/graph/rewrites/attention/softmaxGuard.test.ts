import { expect, it } from 'vitest';
import { makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const zero = Tensor.float32([0]);
/** A guard after scores `s`, as PyTorch's exporter writes it. */
const guarded: readonly Node[] = [
  makeNode('Softmax', ['s'], ['p']),
  makeNode('IsNaN', ['p'], ['n']),
  makeNode('Where', ['n', 'zero', 'p'], ['g']),
  makeNode('Relu', ['g'], ['y']),
];
const inputs = { a: [1, 2, 3, 4], b: [1, 2, 4, 3], m: [1, 1, 3, 3] } as const;
const product = makeNode('MatMul', ['a', 'b'], ['s']);
const operatorsWith = (mask: Tensor): readonly string[] =>
  operatorsOf(
    rewriteNodes(inputs, [makeNode('MatMul', ['a', 'b'], ['q']), makeNode('Add', ['q', 'mask'], ['s']), ...guarded], ['y'], { zero, mask }),
  );

it('drops the NaN guard of a softmax that has a number in every row', () => {
  expect(operatorsOf(rewriteNodes(inputs, [product, ...guarded], ['y'], { zero }))).toEqual(['MatMul', 'Softmax', 'Relu']);
  const causal = [0, -Infinity, -Infinity, 0, 0, -Infinity, 0, 0, 0];
  expect(operatorsWith(Tensor.float32(causal, [1, 1, 3, 3]))).toEqual(['MatMul', 'Add', 'Softmax', 'Relu']);
});

it('drops a mask that hides nothing', () => {
  expect(operatorsWith(Tensor.float32(Array(9).fill(0), [1, 1, 3, 3]))).toEqual(['MatMul', 'Softmax', 'Relu']);
});

it('keeps the guard when a whole row may be hidden', () => {
  const hidden = [-Infinity, -Infinity, -Infinity, 0, 0, 0, 0, 0, 0];
  expect(operatorsWith(Tensor.float32(hidden, [1, 1, 3, 3]))).toContain('Where');
  const nodes = [makeNode('MatMul', ['a', 'b'], ['q']), makeNode('Add', ['q', 'm'], ['s']), ...guarded];
  expect(operatorsOf(rewriteNodes(inputs, nodes, ['y'], { zero }))).toContain('Where');
});
