import { expect, it } from 'vitest';
import { makeNode } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { decomposedGraph, decomposedResults } from './testing.ts';

const node = makeNode('ScatterElements', ['data', 'indices', 'updates'], ['y'], { axis: 1 });
const constants = {
  data: Tensor.of('float32', [2, 4], new Float32Array(8)),
  updates: Tensor.of('float32', [2, 1], Float32Array.of(1, 1)),
};

it('turns dynamic indices into one-hot vectors', () => {
  const indices = Tensor.int64([2, -1], [2, 1]);
  expect(decomposedResults(node, { indices }, constants).y).toEqual([0, 0, 1, 0, 0, 0, 0, 1]);
  expect(decomposedGraph(node, { indices }, constants).nodes.map(({ operator }) => operator)).toContain('OneHot');
});

it.each([
  ['updates that differ', { ...constants, updates: Tensor.of('float32', [2, 1], Float32Array.of(1, 2)) }],
  ['data of several numbers', { ...constants, data: Tensor.of('float32', [2, 4], Float32Array.of(0, 0, 0, 0, 0, 0, 0, 1)) }],
])('keeps %s', (_, others) => {
  expect(() => decomposedGraph(node, { indices: Tensor.int64([2, 1], [2, 1]) }, others)).toThrow('is not decomposed');
});
