import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const inputs = { x: [2, 3, 5] };
const constants = { axis: Tensor.int64([-1]), first: Tensor.int64([0]), both: Tensor.int64([1, 2]) };
const exponential = makeNode('Exp', ['x'], ['e']);
const sum = makeNode('ReduceSum', ['e', 'axis'], ['s']);
const quotient = makeNode('Div', ['e', 's'], ['y']);

it('finds a softmax in quotients of exponentials', () => {
  const graph = rewriteNodes(inputs, [exponential, sum, quotient], ['y'], constants);
  expect(graph.nodes).toMatchObject([{ operator: 'Softmax', inputs: ['x'] }]);
  expect(graph.nodes[0]?.attributes.get('axis')?.value).toBe(2n);
});

it('leaves out a subtraction of the maximum', () => {
  const nodes = [
    makeNode('ReduceMax', ['x', 'axis'], ['m']),
    makeNode('Sub', ['x', 'm'], ['d']),
    makeNode('Exp', ['d'], ['e']),
    sum,
    quotient,
  ];
  expect(rewriteNodes(inputs, nodes, ['y'], constants).nodes).toMatchObject([{ operator: 'Softmax', inputs: ['x'] }]);
});

it('keeps a subtraction of another maximum', () => {
  const nodes = [
    makeNode('ReduceMax', ['x', 'first'], ['m']),
    makeNode('Sub', ['x', 'm'], ['d']),
    makeNode('Exp', ['d'], ['e']),
    sum,
    quotient,
  ];
  expect(operatorsOf(rewriteNodes(inputs, nodes, ['y'], constants))).toEqual(['ReduceMax', 'Sub', 'Softmax']);
});

it.each([
  ['with other readers', sum, ['y', 'e']],
  ['that are summed along two axes', makeNode('ReduceSum', ['e', 'both'], ['s']), ['y']],
  ['whose sum drops its axis', makeNode('ReduceSum', ['e', 'first'], ['s'], { keepdims: 0 }), ['y']],
])('keeps exponentials %s', (_, other, outputs) => {
  expect(operatorsOf(rewriteNodes(inputs, [exponential, other, quotient], outputs, constants))).toContain('Exp');
});
