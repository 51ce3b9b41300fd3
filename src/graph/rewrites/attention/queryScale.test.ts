import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const inputs = { q: [2, 5, 4], k: [2, 4, 7], mask: [5, 7] };
const constants = {
  eighth: Tensor.float32([0.125]),
  eight: Tensor.float32([8]),
  w: Tensor.of(
    'float32',
    [4, 4],
    Float32Array.from({ length: 16 }, (_, index) => index / 8 - 1),
  ),
};
const product = makeNode('MatMul', ['q', 'k'], ['a']);
const scale = makeNode('Mul', ['eighth', 'a'], ['b']);
const masked = [makeNode('Add', ['b', 'mask'], ['c']), makeNode('Softmax', ['c'], ['y'], { axis: -1 })];

it.each([
  ['multiplied', scale],
  ['divided', makeNode('Div', ['a', 'eight'], ['b'])],
])('scales the query before scores that are %s', (_, scaled) => {
  const graph = rewriteNodes(inputs, [product, scaled, ...masked], ['y'], constants);
  expect(operatorsOf(graph)).toEqual(['Mul', 'MatMul', 'Add', 'Softmax']);
  expect(graph.nodes[0]?.inputs[0]).toBe('q');
});

it('moves the factor to the projection of the query', () => {
  const nodes = [
    makeNode('MatMul', ['p', 'w'], ['r']),
    makeNode('Reshape', ['r', 'heads'], ['h']),
    makeNode('Transpose', ['h'], ['q'], { perm: [1, 0, 2] }),
    makeNode('MatMul', ['q', 'k'], ['a']),
    scale,
    ...masked,
  ];
  const graph = rewriteNodes({ p: [2, 4], k: [2, 2, 2], mask: [2, 2] }, nodes, ['y'], { ...constants, heads: Tensor.int64([2, 2, 2]) });
  expect(operatorsOf(graph)).toEqual(['MatMul', 'Mul', 'Reshape', 'Transpose', 'MatMul', 'Add', 'Softmax']);
});

it.each([
  ['that are read unscaled', [product, scale, ...masked], ['y', 'a'], inputs, {}],
  ['that no softmax reads', [product, scale, makeNode('Relu', ['b'], ['y'])], ['y'], inputs, {}],
  ['that become larger', [product, scale, ...masked], ['y'], inputs, { eighth: Tensor.float32([2]) }],
  ['that are smaller than the query', [product, scale, ...masked], ['y'], { ...inputs, k: [2, 4, 3], mask: [5, 3] }, {}],
])('keeps the factor of scores %s', (_, nodes, outputs, shapes, others) => {
  const graph = rewriteNodes(shapes, nodes, outputs, { ...constants, ...others });
  expect(operatorsOf(graph).slice(0, 2)).toEqual(['MatMul', 'Mul']);
});
