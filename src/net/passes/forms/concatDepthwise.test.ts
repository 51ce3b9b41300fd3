import { expect, it } from 'vitest';
import { execute } from '../../execute.ts';
import { type BlobShape, type LayerParams, makeLayer, type Net } from '../../net.ts';
import { inferShapes } from '../../shapes.ts';
import { weightOf } from '../../weight.ts';
import { optimize } from '../index.ts';
import { inputLayer, netOf, outline } from '../testing.ts';

const ramp = (length: number, seed: number): Float32Array => Float32Array.from({ length }, (_, index) => Math.sin(1.7 * index + seed));

/** A depthwise convolution of two concatenated inputs. */
function netWith(
  channels: readonly [number | string, number],
  params: LayerParams<'ConvolutionDepthWise'> = {},
  outputs: readonly string[] = ['y'],
): Net {
  const count = 24;
  const size = count * (count / (params.group ?? count)) * 9;
  const defaults = { num_output: count, group: count, kernel_w: 3, stride_w: 2, pad_left: 1, bias_term: 1, activation_type: 1 };
  const weights = [weightOf(ramp(size, 1)), weightOf(ramp(count, 2))];
  const layers = [
    inputLayer('a'),
    inputLayer('b'),
    makeLayer('Concat', 'c', ['a', 'b'], ['c'], {}),
    makeLayer('ConvolutionDepthWise', 'd', ['c'], ['y'], { ...defaults, weight_data_size: size, ...params }, weights),
  ];
  const shapes: Record<string, BlobShape> = { a: [channels[0], 6, 7], b: [channels[1], 6, 7] };
  const net = netOf(layers, outputs, shapes);
  return { ...net, shapes: inferShapes(net) };
}

it('moves behind a depthwise convolution with a stride', () => {
  const net = netWith([8, 16]);
  const { net: optimized } = optimize(net);
  expect(outline(optimized).slice(2)).toEqual([
    'ConvolutionDepthWise(a)->y_part',
    'ConvolutionDepthWise(b)->y_part_1',
    'Concat(y_part,y_part_1)->y',
  ]);
  const feeds = new Map([
    ['a', { shape: [8, 6, 7], values: ramp(8 * 42, 3) }],
    ['b', { shape: [16, 6, 7], values: ramp(16 * 42, 4) }],
  ]);
  expect(execute(optimized, feeds).get('y')).toEqual(execute(net, feeds).get('y'));
  expect(optimize(optimized).passes).toEqual([]);
});

it.each<[what: string, net: Net]>([
  ['the convolution has no stride', netWith([8, 16], { stride_w: 1 })],
  ['the convolution has groups of several channels', netWith([8, 16], { group: 12 })],
  ['a part cannot be packed', netWith([4, 20])],
  ['the channels of a part are dynamic', netWith(['n', 16])],
  ['the Concat is an output', netWith([8, 16], {}, ['c', 'y'])],
])('stays where %s', (_, net) => {
  expect(optimize(net).passes).toEqual([]);
});
