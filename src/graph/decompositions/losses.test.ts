import { expect, it } from 'vitest';
import { makeNode } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { decomposedResults } from './testing.ts';

const x = Tensor.of('float32', [3, 2], Float32Array.of(-1, -2, -3, -4, -5, -6));
const t = Tensor.int64([0, 1, -1]);
const w = Tensor.of('float32', [2], Float32Array.of(2, 3));

it.each([
  ['none', [2, 12, -0]],
  ['sum', [14]],
  ['mean', [14 / 5]],
])('selects by the targets: %s', (reduction, expected) => {
  const node = makeNode('NegativeLogLikelihoodLoss', ['x', 't', 'w'], ['loss'], { reduction, ignore_index: -1 });
  expect(decomposedResults(node, { x, t, w }).loss?.map((value) => Math.fround(value))).toEqual(expected.map(Math.fround));
});

it('ignores ignore_index, also in the mean', () => {
  const node = makeNode('NegativeLogLikelihoodLoss', ['x', 't'], ['loss'], { ignore_index: 0 });
  expect(decomposedResults(node, { x, t: Tensor.int64([0, 1, 1]) }).loss).toEqual([5]);
});

it('applies the log-softmax first', () => {
  const node = makeNode('SoftmaxCrossEntropyLoss', ['x', 't'], ['loss', 'log_prob'], { reduction: 'none' });
  const { loss, log_prob } = decomposedResults(node, { x: Tensor.of('float32', [1, 2], Float32Array.of(0, 0)), t: Tensor.int64([1]) });
  expect(loss?.[0]).toBeCloseTo(Math.LN2);
  expect(log_prob?.map((value) => -value)).toEqual([loss?.[0], loss?.[0]]);
});

it('keeps the axes after the classes', () => {
  const scores = Tensor.of('float32', [1, 2, 1, 2], Float32Array.of(1, 2, 3, 4));
  const node = makeNode('NegativeLogLikelihoodLoss', ['x', 't'], ['loss'], { reduction: 'none' });
  expect(decomposedResults(node, { x: scores, t: Tensor.int64([1, 0], [1, 1, 2]) }).loss).toEqual([-3, -2]);
});
