import { describe, expect, it } from 'vitest';
import { targets } from '../../../options/target.ts';
import { featureMaskOf } from '../../featureMask.ts';
import { writeParamText } from '../../format/paramWrite.ts';
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
  it.each(targets)('is turned off on very small planes only for x86: %s', (target) => {
    const { net } = optimize(netWith(5), true, target);
    expect(maskOf(net)).toBe(target === 'x86' ? 64 : 0);
    expect(optimize(net, true, target).passes).toEqual([]);
  });

  it.each<[what: string, net: Net]>([
    ['a larger plane', netWith(6)],
    ['a dynamic plane', netWith('n')],
    ['few channels', netWith(5, { num_output: 32 })],
    ['few kernels', netWith(5, {}, 64)],
    ['a stride', netWith(10, { stride_w: 2 })],
    ['a dilation', netWith(5, { dilation_w: 2, pad_left: 2 })],
    ['another kernel', netWith(5, { kernel_w: 5, pad_left: 2 })],
  ])('is kept for %s', (_, net) => {
    expect(maskOf(optimize(net, true, 'x86').net)).toBe(0);
  });
});

describe('the shape of a small plane', () => {
  const wide = { num_output: 96 };

  it.each([
    ['x86', true],
    ['wasm', false],
    ['arm', false],
    ['any', false],
  ] as const)('is a hint of a Convolution for %s: %s', (target, isHinted) => {
    const { net } = optimize(netWith(7, wide), true, target);
    const last = writeParamText(net).trim().split('\n').at(-1);
    expect(last?.endsWith(' -23330=4,3,7,7,96')).toBe(isHinted);
    expect(optimize(net, true, target).passes).toEqual([]);
  });

  it('has the width before the height', () => {
    const net = netOf([inputLayer('x'), ...netWith(7, wide).layers.slice(1)], ['y'], { x: [128, 7, 10] });
    const { net: optimized } = optimize({ ...net, shapes: inferShapes(net) }, true, 'x86');
    expect(optimized.layers[1]?.rawParams).toEqual([{ id: 30, kind: 'ints', value: [3, 10, 7, 96] }]);
  });

  it.each<[what: string, net: Net]>([
    ['a plane that is computed as a product', netWith(5, wide)],
    ['a larger plane', netWith(11, wide)],
    ['a dynamic plane', netWith('n', wide)],
    ['few kernels', netWith(7, { num_output: 64 })],
    ['few channels', netWith(7, wide, 64)],
    ['a stride', netWith(14, { ...wide, stride_w: 2 })],
    ['another kernel', netWith(7, { ...wide, kernel_w: 5, pad_left: 2 })],
  ])('is no hint for %s', (_, net) => {
    const { net: optimized } = optimize(net, true, 'x86');
    expect(optimized.layers.flatMap(({ rawParams = [] }) => rawParams.filter(({ id }) => id === 30))).toEqual([]);
  });
});
