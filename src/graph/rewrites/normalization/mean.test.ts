import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const inputs = { x: [1, 3, 4, 5] };
const numbers = { axes: Tensor.int64([2, -1]), count: Tensor.float32([20]), share: Tensor.float32([0.05]), other: Tensor.float32([19]) };
const sum = makeNode('ReduceSum', ['x', 'axes'], ['s'], { keepdims: 0 });

it.each([
  ['divided', makeNode('Div', ['s', 'count'], ['y'])],
  ['multiplied by the reciprocal', makeNode('Mul', ['share', 's'], ['y'])],
])('finds a mean in a sum that is %s', (_, scale) => {
  const graph = rewriteNodes(inputs, [sum, scale], ['y'], numbers);
  expect(operatorsOf(graph)).toEqual(['ReduceMean']);
});

it.each([
  ['is divided by another number', makeNode('Div', ['s', 'other'], ['y']), ['y'], inputs],
  ['has other readers', makeNode('Div', ['s', 'count'], ['y']), ['y', 's'], inputs],
  ['has a dynamic number of elements', makeNode('Div', ['s', 'count'], ['y']), ['y'], { x: [1, 3, 4, 'w'] }],
])('keeps a sum that %s', (_, scale, outputs, shapes) => {
  expect(operatorsOf(rewriteNodes(shapes, [sum, scale], outputs, numbers))).toContain('ReduceSum');
});
