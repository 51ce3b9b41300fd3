import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

it.each([
  ['on the right', ['x', 'e'], { x: [2, 3, 4], s: [2, 3, 1] }],
  ['on the left', ['e', 'x'], { x: [2, 3, 4], s: [2, 3, 1] }],
  ['of lower rank', ['x', 'e'], { x: [2, 3, 4], s: [4] }],
  ['of a dynamic size', ['x', 'e'], { x: [2, 'n', 4], s: [2, 1, 4] }],
])('removes an Expand before a broadcasting operator: %s', (_where, inputs, shapes) => {
  const nodes = [makeNode('Shape', ['x'], ['size']), makeNode('Expand', ['s', 'size'], ['e']), makeNode('Mul', inputs, ['y'])];
  const { nodes: found } = rewriteNodes(shapes, nodes, ['y']);
  expect(found).toMatchObject([{ operator: 'Mul', inputs: inputs.map((name) => (name === 'e' ? 's' : name)) }]);
});

it.each([
  ['it gives the result its shape', { x: [2, 1, 4], s: [2, 1, 4] }, [2, 3, 4]],
  ['ncnn has too few axes to broadcast', { x: [2, 2, 2, 2, 2], s: [1, 2, 1, 2, 1] }, [2, 2, 2, 2, 2]],
])('keeps an Expand if %s', (_why, shapes, size) => {
  const nodes = [makeNode('Expand', ['s', 'size'], ['e']), makeNode('Mul', ['e', 'x'], ['y'])];
  const operators = operatorsOf(rewriteNodes(shapes, nodes, ['y'], { size: Tensor.int64(size) }));
  expect(operators).toContain('Expand');
});
