import { describe, expect, it } from 'vitest';
import { targets } from '../../../options/target.ts';
import { featureMaskOf } from '../../featureMask.ts';
import { type LayerParams, makeLayer, type Net } from '../../net.ts';
import { inferShapes } from '../../shapes.ts';
import { computedWeight } from '../../weight.ts';
import { optimize } from '../index.ts';
import { inputLayer, netOf } from '../testing.ts';

/** A convolution from 128 to 64 channels; its weights must not be read. */
function netWith(size: number | string, more: LayerParams<'Convolution'> = {}, inputs = 128): Net {
  const { num_output = 64, kernel_w = 3 } = more;
  const length = inputs * num_output * kernel_w * kernel_w;
  const weight = computedWeight(length, () => {
    throw new Error('computed');
  });
  const params = { num_output, kernel_w, pad_left: 1, weight_data_size: length, ...more };
  const net = netOf([inputLayer('x'), makeLayer('Convolution', 'y', ['x'], ['y'], params, [weight])], ['y'], { x: [inputs, size, size] });
  return { ...net, shapes: inferShapes(net) };
}

const maskOf = (net: Net): number => net.layers.reduce((mask, layer) => mask | featureMaskOf(layer), 0);

describe("Winograd's algorithm", () => {
  it.each(targets)('is turned off on small planes only for x86: %s', (target) => {
    const { net } = optimize(netWith(7), true, target);
    expect(maskOf(net)).toBe(target === 'x86' ? 64 : 0);
    expect(optimize(net, true, target).passes).toEqual([]);
  });

  it.each<[what: string, net: Net]>([
    ['a larger plane', netWith(8)],
    ['a dynamic plane', netWith('n')],
    ['few channels', netWith(7, { num_output: 32 })],
    ['few kernels', netWith(7, {}, 64)],
    ['a stride', netWith(14, { stride_w: 2 })],
    ['a dilation', netWith(7, { dilation_w: 2, pad_left: 2 })],
    ['another kernel', netWith(7, { kernel_w: 5, pad_left: 2 })],
  ])('is kept for %s', (_, net) => {
    expect(maskOf(optimize(net, true, 'x86').net)).toBe(0);
  });
});
