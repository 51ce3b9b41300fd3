import { expect, it } from 'vitest';
import { makeNode } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { decomposedGraph, decomposedResults, noise, operatorResults } from './testing.ts';

it.each([
  [[2, 6], { axis: 1 }],
  [[6, 2], { axis: 0, largest: 0 }],
  [[2, 5, 3], { axis: -2 }],
])('takes the first elements of %j by rank', (shape, attributes) => {
  const node = makeNode('TopK', ['x', 'k'], ['values', 'indices'], attributes);
  const operands = { x: noise(shape), k: Tensor.int64([3]) };
  expect(Object.values(decomposedResults(node, { x: operands.x }, { k: operands.k }))).toEqual(operatorResults(node, operands));
});

it('orders equal elements by position and infinite ones like others', () => {
  const x = Tensor.of('float32', [5], Float32Array.of(Number.NEGATIVE_INFINITY, 2, 2, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY));
  const { values, indices } = decomposedResults(makeNode('TopK', ['x', 'k'], ['values', 'indices']), { x }, { k: Tensor.int64([4]) });
  expect(values).toEqual([Number.POSITIVE_INFINITY, 2, 2, Number.NEGATIVE_INFINITY]);
  expect(indices).toEqual([4, 1, 2, 0]);
});

it('rejects too many comparisons', () => {
  expect(() => decomposedGraph(makeNode('TopK', ['x', 'k'], ['v']), { x: noise([1, 3000]) }, { k: Tensor.int64([1]) })).toThrow('3000');
});

it.each([
  [{}, 0],
  [{ exclusive: 1 }, 1],
  [{ reverse: 1 }, 1],
  [{ exclusive: 1, reverse: 1 }, 0],
])('computes CumProd by doubling: %j', (attributes, axis) => {
  const node = makeNode('CumProd', ['x', 'axis'], ['y'], attributes);
  const operands = { x: noise([5, 7]), axis: Tensor.int64([axis], []) };
  const [expected = []] = operatorResults(node, operands);
  const { y } = decomposedResults(node, { x: operands.x }, { axis: operands.axis });
  expected.forEach((value, index) => {
    expect(y?.[index]).toBeCloseTo(value, 6);
  });
});
