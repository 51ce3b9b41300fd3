import { describe, expect, it } from 'vitest';
import { execute } from '../../execute.ts';
import { type BlobShape, type Layer, type LayerParams, makeLayer, type Net } from '../../net.ts';
import { inferShapes } from '../../shapes.ts';
import { weightOf } from '../../weight.ts';
import { optimize } from '../index.ts';
import { inputLayer, netOf, outline } from '../testing.ts';

const ramp = (length: number, seed: number): Float32Array => Float32Array.from({ length }, (_, index) => Math.sin(1.7 * index + seed) / 4);

function innerProduct(bottom: string, top: string, inputs: number, outputs: number, more: LayerParams<'InnerProduct'> = {}): Layer {
  const params = { num_output: outputs, weight_data_size: inputs * outputs, bias_term: 1, ...more };
  return makeLayer('InnerProduct', top, [bottom], [top], params, [weightOf(ramp(inputs * outputs, 1)), weightOf(ramp(outputs, 2))]);
}

function convolution(bottom: string, top: string, inputs: number, outputs: number, more: LayerParams<'Convolution1D'> = {}): Layer {
  const { kernel_w = 3 } = more;
  const size = inputs * outputs * kernel_w;
  const params = { num_output: outputs, kernel_w, weight_data_size: size, bias_term: 1, ...more };
  return makeLayer('Convolution1D', top, [bottom], [top], params, [weightOf(ramp(size, 3)), weightOf(ramp(outputs, 4))]);
}

function depthwise(bottom: string, top: string, channels: number, kernel_w: number): Layer {
  const params = { num_output: channels, group: channels, kernel_w, weight_data_size: channels * kernel_w, pad_left: (kernel_w - 1) / 2 };
  return makeLayer('ConvolutionDepthWise1D', top, [bottom], [top], params, [weightOf(ramp(channels * kernel_w, 5))]);
}

const relu = (bottom: string, top: string): Layer => makeLayer('ReLU', top, [bottom], [top], {});

function netFrom(shape: BlobShape, layers: readonly Layer[], outputs: readonly string[] = ['y']): Net {
  const net = netOf([inputLayer('x'), ...layers], outputs, { x: shape });
  return { ...net, shapes: inferShapes(net) };
}

/** Expects the same outputs of both nets for an input shape. */
function expectSame(net: Net, optimized: Net, shape: readonly number[]): void {
  const values = ramp(
    shape.reduce((size, length) => size * length, 1),
    6,
  );
  const feeds = new Map([['x', { shape, values }]]);
  const [expected, actual] = [execute(net, feeds), execute(optimized, feeds)];
  for (const name of net.outputs) {
    expect(actual.get(name)?.shape).toEqual(expected.get(name)?.shape);
    const differences = expected.get(name)?.values.map((value, index) => value - (actual.get(name)?.values[index] ?? Number.NaN)) ?? [];
    expect(Math.max(...differences.map(Math.abs))).toBeLessThan(1e-5);
  }
}

describe('a linear layer over rows', () => {
  it.each<[BlobShape, string]>([
    [[8, 6], 'Gemm'],
    [[197, 6], 'Gemm'],
    [['n', 6], 'Gemm'],
    [[7, 6], 'InnerProduct'],
    [[6], 'InnerProduct'],
  ])('of shape %j becomes %s', (shape, type) => {
    const net = netFrom(shape, [innerProduct('x', 'y', 6, 5)]);
    const { net: optimized } = optimize(net);
    expect(optimized.layers.at(-1)?.type).toBe(type);
    expectSame(
      net,
      optimized,
      shape.map((size) => (typeof size === 'number' ? size : 9)),
    );
  });

  it.each([
    [50, 'Gemm'],
    [64, 'InnerProduct'],
    ['n', 'Gemm'],
  ])('of %s rows becomes %s in WebAssembly', (rows, type) => {
    expect(optimize(netFrom([rows, 6], [innerProduct('x', 'y', 6, 5)]), true, 'wasm').net.layers.at(-1)?.type).toBe(type);
  });

  it('without a bias has the same result', () => {
    const layer = makeLayer('InnerProduct', 'y', ['x'], ['y'], { num_output: 5, weight_data_size: 30 }, [weightOf(ramp(30, 1))]);
    const net = netFrom([9, 6], [layer]);
    expectSame(net, optimize(net).net, [9, 6]);
  });

  it.each([
    ['ReLU', { activation_type: 1 }],
    ['ReLU', { activation_type: 2, activation_params: [0.3] }],
    ['Clip', { activation_type: 3, activation_params: [-0.1, 0.2] }],
    ['Sigmoid', { activation_type: 4 }],
    ['Mish', { activation_type: 5 }],
    ['HardSwish', { activation_type: 6, activation_params: [0.2, 0.4] }],
  ])('with a fused activation becomes a Gemm and %s for %j', (type, activation) => {
    const net = netFrom([10, 6], [innerProduct('x', 'y', 6, 5, activation)]);
    const { net: optimized } = optimize(net);
    expect(outline(optimized)).toEqual(['Input()->x', 'Gemm(x)->y_linear', `${type}(y_linear)->y`]);
    expectSame(net, optimized, [10, 6]);
  });
});

describe('a region of 1-D convolutions', () => {
  const region = [
    convolution('x', 'a', 40, 64, { pad_left: 1 }),
    relu('a', 'b'),
    depthwise('b', 'c', 64, 5),
    makeLayer('BinaryOp', 'd', ['c', 'b'], ['d'], { op_type: 2 }),
    convolution('d', 'y', 64, 32, { stride_w: 2, pad_left: 0, pad_right: 2, dilation_w: 2 }),
  ];

  it('moves to 2-D as a whole', () => {
    const net = netFrom([40, 21], region);
    const { net: optimized } = optimize(net);
    expect(outline(optimized)).toEqual([
      'Input()->x',
      'Reshape(x)->x_plane',
      'Convolution(x_plane)->b_plane',
      'ConvolutionDepthWise(b_plane)->c_plane',
      'BinaryOp(c_plane,b_plane)->d_plane',
      'Convolution(d_plane)->y_plane',
      'Reshape(y_plane)->y',
    ]);
    expectSame(net, optimized, [40, 21]);
    expect(optimize(optimized).passes).toEqual([]);
  });

  it('keeps its length dynamic', () => {
    const free: readonly (readonly [string, BlobShape])[] = [
      ['x', [40, 'n']],
      ...['a', 'b', 'c', 'd'].map((blob) => [blob, [64, 'n']] as const),
      ['y', [32, 'm']],
    ];
    const net = { ...netFrom([40, 'n'], region), shapes: new Map(free) };
    const { net: optimized } = optimize(net);
    expect(optimized.layers.some(({ type }) => type === 'Convolution1D')).toBe(false);
    for (const length of [9, 16, 21]) expectSame(net, optimized, [40, length]);
  });

  it('keeps the shape of a blob that the caller extracts', () => {
    const net = netFrom([40, 21], region, ['c', 'y']);
    expectSame(net, optimize(net).net, [40, 21]);
  });

  it('ends at a layer that does not work in 2-D', () => {
    const softmax = makeLayer('Softmax', 'soft', ['b'], ['soft'], { axis: 1, fixbug0: 1 });
    const net = netFrom([40, 21], [...region.slice(0, 2), softmax, convolution('soft', 'y', 64, 64)]);
    const { net: optimized } = optimize(net);
    expect(optimized.layers.filter(({ type }) => type === 'Reshape')).toHaveLength(4);
    expectSame(net, optimized, [40, 21]);
  });

  it.each<[what: string, layers: readonly Layer[], shape: readonly number[]]>([
    ['channels that cannot be packed', [depthwise('x', 'y', 30, 3)], [30, 21]],
    ['kernels too small to gain', [convolution('x', 'y', 3, 16)], [3, 21]],
  ])('is kept when it has %s', (_, layers, shape) => {
    const net = netFrom(shape, layers);
    expect(optimize(net).passes).toEqual([]);
  });

  it('includes transposed convolutions and poolings, also for ARM', () => {
    const size = 64 * 32 * 4;
    const up = { num_output: 32, kernel_w: 4, stride_w: 2, pad_left: 1, weight_data_size: size, output_pad_right: 1 };
    const layers = [
      makeLayer('Deconvolution1D', 'up', ['x'], ['up'], up, [weightOf(ramp(size, 7))]),
      makeLayer('Pooling1D', 'half', ['up'], ['half'], { pooling_type: 1, kernel_w: 3, stride_w: 2, pad_left: 1, pad_mode: 1 }),
      convolution('half', 'y', 32, 40, { pad_left: 1 }),
    ];
    const net = netFrom([64, 21], layers);
    for (const target of ['any', 'arm'] as const) {
      const { net: optimized } = optimize(net, true, target);
      expect(optimized.layers.map(({ type }) => type)).toEqual(['Input', 'Reshape', 'Deconvolution', 'Pooling', 'Convolution', 'Reshape']);
      expectSame(net, optimized, [64, 21]);
    }
  });

  it('includes a transposed convolution with a declared output size', () => {
    const size = 64 * 32 * 4;
    const up = { num_output: 32, kernel_w: 4, stride_w: 2, pad_left: -233, output_w: 42, weight_data_size: size };
    const net = netFrom([64, 21], [makeLayer('Deconvolution1D', 'y', ['x'], ['y'], up, [weightOf(ramp(size, 7))])]);
    const { net: optimized } = optimize(net);
    expect(optimized.layers[2]?.type).toBe('Deconvolution');
    expectSame(net, optimized, [64, 21]);
  });

  it('is kept when the caller feeds one of its blobs', () => {
    const net = { ...netFrom([40, 21], region), keep: new Set(['b']) };
    const { net: optimized } = optimize(net);
    expect(outline(optimized)).toEqual(expect.arrayContaining(['ConvolutionDepthWise1D(b)->c', 'BinaryOp(c,b)->d']));
    expectSame(net, optimized, [40, 21]);
  });
});
