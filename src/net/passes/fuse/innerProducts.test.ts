import { expect, it } from 'vitest';
import { execute } from '../../execute.ts';
import { type Layer, makeLayer, type Net } from '../../net.ts';
import { computedWeight, type Weight, weightOf } from '../../weight.ts';
import { inputLayer, netOf, outline, runOnce } from '../testing.ts';
import { fuseInnerProducts } from './innerProducts.ts';

function product(bottom: string, top: string, num_output: number, weight: Weight, bias?: Weight): Layer {
  const params = { num_output, weight_data_size: weight.length, bias_term: bias === undefined ? 0 : 1 };
  return makeLayer('InnerProduct', top, [bottom], [top], params, bias === undefined ? [weight] : [weight, bias]);
}

const values = (length: number, seed: number): Weight => weightOf(Float32Array.from({ length }, (_, index) => Math.sin(index * 5 + seed)));

/** A weight that must not be read. */
const unread = (length: number): Weight =>
  computedWeight(length, () => {
    throw new Error('computed');
  });

it.each([
  ['no bias', undefined, undefined],
  ['a bias before', values(6, 3), undefined],
  ['a bias behind', undefined, values(3, 4)],
  ['two', values(6, 3), values(3, 4)],
])('preserves the result with %s', (_, before, behind) => {
  const net = netOf([inputLayer('x'), product('x', 'm', 6, values(24, 1), before), product('m', 'y', 3, values(18, 2), behind)], ['y'], {
    x: [4],
  });
  const { net: fused } = runOnce(fuseInnerProducts, net);
  expect(outline(fused)).toEqual(['Input()->x', 'InnerProduct(x)->y']);
  const resultOf = (each: Net) => execute(each, new Map([['x', { shape: [4], values: Float32Array.of(1, -2, 3, 0.5) }]])).get('y');
  const [expected, found] = [resultOf(net)?.values ?? [], resultOf(fused)?.values ?? []];
  expect(found).toHaveLength(3);
  for (const [index, value] of found.entries()) expect(value).toBeCloseTo(expected[index] ?? Number.NaN, 5);
});

it('keeps two layers with no more weights than their product', () => {
  const net = netOf([inputLayer('x'), product('x', 'm', 2, unread(8)), product('m', 'y', 4, unread(8))], ['y'], { x: [4] });
  expect(runOnce(fuseInnerProducts, net).times).toBe(0);
});

it('keeps a chain whose products are expensive', () => {
  const size = 1024;
  const layers = Array.from({ length: 20 }, (_, index) => product(`b${index}`, `b${index + 1}`, size, unread(size * size)));
  expect(runOnce(fuseInnerProducts, netOf([inputLayer('b0'), ...layers], ['b20'], { b0: [size] })).times).toBe(0);
});
