import { expect, it } from 'vitest';
import { execute } from '../execute.ts';
import { type Layer, makeLayer } from '../net.ts';
import { inputLayer, netOf } from '../passes/testing.ts';
import { withHalfWeights } from '../precision.ts';
import { weightOf } from '../weight.ts';
import type { NetFeeds } from './guard.ts';
import { withMasks } from './masks.ts';
import { guardWeights } from './weightGuard.ts';

const product = (name: string, from: string, weights: readonly number[]): Layer =>
  makeLayer('InnerProduct', name, [from], [name], { num_output: weights.length / 2, weight_data_size: weights.length }, [
    weightOf(weights),
  ]);

// In fp16, 2049 is 2048: the difference of equal values is 0 instead of one of them.
const net = netOf(
  [inputLayer('x'), product('a', 'x', [1, 0.3, 0.3, 1]), product('b', 'a', [2049, -2048, 0, 1]), product('c', 'b', [1, 1])],
  ['c'],
);
const feeds: readonly NetFeeds[] = [1, 3].map((value) => new Map([['x', { shape: [2], values: Float32Array.of(value, value) }]]));

it('finds the only layer whose weights must stay in fp32', () => {
  const { layers, before, after } = guardWeights(net, feeds);
  expect(layers).toMatchObject([{ layer: 'b', type: 'InnerProduct', loss: expect.closeTo(Math.SQRT1_2, 2) }]);
  expect(before).toBeCloseTo(0.5, 2);
  expect(after).toBeLessThan(1e-3);
  const stored = withHalfWeights(net, ['b']).net;
  for (const feed of feeds) {
    const [exact, actual] = [net, stored].map((each) => execute(each, feed).get('c')?.values[0] ?? 0);
    expect(Math.abs((actual ?? 0) / (exact ?? 0) - 1)).toBeCloseTo(after, 3);
  }
});

it('finds none if the loss is below the tolerance, or the mask of the layer keeps its weights in fp32', () => {
  expect(guardWeights(net, feeds, 0.6).layers).toEqual([]);
  expect(guardWeights(withMasks(net, new Map([['b', 'storage']])), feeds).layers).toEqual([]);
});
