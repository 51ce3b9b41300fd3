import { describe, expect, it } from 'vitest';
import { execute } from '../execute.ts';
import { type Layer, makeLayer, type Net } from '../net.ts';
import { weightOf } from '../weight.ts';
import { withCasts } from './casts.ts';
import { guardHalf, type NetFeeds } from './guard.ts';
import { halfModeOf, withMasks } from './masks.ts';
import { PhoneLayers } from './phoneLayers.ts';

const input = makeLayer('Input', 'x', [], ['x'], { w: 4, h: 4, c: 2 });

function pointwise(name: string, from: string, to: string, weights: readonly number[]): Layer {
  return makeLayer('Convolution', name, [from], [to], { num_output: 2, kernel_w: 1, weight_data_size: 4 }, [weightOf(weights)]);
}

function netOf(...layers: readonly Layer[]): Net {
  return { layers: [input, ...layers], shapes: new Map(), outputs: [layers.at(-1)?.tops[0] ?? ''] };
}

const feeds = (scale: number): readonly NetFeeds[] => [
  new Map([['x', { shape: [2, 4, 4], values: Float32Array.from({ length: 32 }, (_, index) => scale * (1 + (index % 7))) }]]),
];

describe('the fp16 guard', () => {
  it('masks nothing when fp16 is accurate enough', () => {
    const net = netOf(pointwise('a', 'x', 'a', [1, 0.5, 0.25, 1]), makeLayer('ReLU', 'r', ['a'], ['r'], {}));
    const { masks, before, layers } = guardHalf(net, feeds(1));
    expect([...masks]).toEqual([]);
    expect(before).toBeLessThan(2e-2);
    expect(layers.map(({ layer, largest }) => [layer, largest])).toEqual([
      ['a', 8.5],
      ['r', 8.5],
    ]);
  });

  it('finds the only layer whose sums overflow', () => {
    const net = netOf(
      pointwise('a', 'x', 'a', [1, 0, 0, 1]),
      // Values up to 84000 and back: only the sums overflow.
      pointwise('b', 'a', 'b', [12000, -12000, 1, 1]),
      pointwise('c', 'b', 'c', [1, 1, 0, 1]),
    );
    const { masks, before, after } = guardHalf(net, feeds(1));
    expect(before).toBe(Infinity);
    expect(after).toBeLessThan(2e-2);
    expect([...masks]).toEqual([['b', 'arithmetic']]);
  });

  it('keeps blobs that exceed the fp16 range in fp32, with the layers that write and read them', () => {
    const net = netOf(
      pointwise('a', 'x', 'a', [1, 1, 0, 1]),
      pointwise('b', 'a', 'b', [50000, 0, 0, 50000]),
      pointwise('c', 'b', 'c', [1e-4, 0, 0, 1e-4]),
      pointwise('d', 'c', 'd', [1, 1, 0, 1]),
    );
    const { masks, before, after } = guardHalf(net, feeds(1));
    expect(before).toBe(Infinity);
    expect(after).toBeLessThan(2e-2);
    expect([...masks]).toEqual([
      ['b', 'storage'],
      ['c', 'storage'],
    ]);
    const written = withCasts(withMasks(net, masks));
    expect(written.layers.map(({ type, name, bottoms }) => [type, name, ...bottoms])).toEqual([
      ['Input', 'x'],
      ['Convolution', 'a', 'x'],
      ['Squeeze', 'a_fp32', 'a'],
      ['Convolution', 'b', 'a_fp32'],
      ['Convolution', 'c', 'b'],
      ['Convolution', 'd', 'c'],
    ]);
    const [feed = new Map()] = feeds(1);
    expect(execute(written, feed)).toEqual(execute(net, feed));
  });

  it('searches on the hardest inputs and checks the others', () => {
    const net = netOf(
      pointwise('a', 'x', 'a', [12000, -12000, 1, 1]),
      pointwise('b', 'a', 'b', [1, 1, 0, 1]),
      pointwise('c', 'x', 'c', [-12000, 12000, 1, 1]),
      makeLayer('Concat', 'y', ['b', 'c'], ['y'], {}),
    );
    // Each picture makes the sums of one layer overflow, in their only order.
    const feed = (first: number, second: number): NetFeeds =>
      new Map([['x', { shape: [2, 4, 4], values: Float32Array.from({ length: 32 }, (_, index) => (index < 16 ? first : second)) }]]);
    const single = guardHalf(net, [feed(1, 1)]);
    expect([...single.masks]).toEqual([]);
    const { masks, after } = guardHalf(net, [feed(1, 1), feed(7, 7.001)]);
    expect([...masks.keys()]).toEqual(['a', 'c']);
    expect(after).toBeLessThan(2e-2);
  });
});

it('masks layers whose errors are small only by chance', () => {
  const net = netOf(
    pointwise('a', 'x', 'a', [40000, -40000, 1, 1]),
    // 2047 x - 2046 x: without loss for 2, but for few other values.
    pointwise('b', 'x', 'b', [2047, -2046, 1, 1]),
    makeLayer('Concat', 'y', ['a', 'b'], ['y'], {}),
  );
  const { masks, before, after } = guardHalf(net, [new Map([['x', { shape: [2, 4, 4], values: new Float32Array(32).fill(2) }]])]);
  expect(before).toBe(Infinity);
  expect([...masks.keys()]).toEqual(['a', 'b']);
  expect(after).toBeLessThan(2e-2);
});

it.each([
  ['a threshold selects, for a map of a picture', [2, 64, 64], [1, 32, 32], 0],
  ['differs most, for other probabilities', [2, 1024, 1], [1, 32, 32], 1e-4],
])('measures what %s', (_, [c = 0, h = 0, w = 0], [, height = 0, width = 0], loss) => {
  const stride = h / height === w / width ? 2 : 1;
  const net = {
    layers: [
      makeLayer('Input', 'x', [], ['x'], { w, h, c }),
      makeLayer('Convolution', 'a', ['x'], ['a'], { num_output: 1, kernel_w: 1, stride_w: stride, weight_data_size: 2 }, [
        weightOf([0.3, 0.7]),
      ]),
      makeLayer('Reshape', 'r', ['a'], ['r'], { w: width, h: height, c: 1 }),
      makeLayer('Sigmoid', 'y', ['r'], ['y'], {}),
    ],
    shapes: new Map(),
    outputs: ['y'],
  };
  const values = Float32Array.from({ length: c * h * w }, (__, index) => 2 + (index % 7) / 7);
  const { before } = guardHalf(net, [new Map([['x', { shape: [c, h, w], values }]])]);
  expect(before > 0).toBe(loss > 0);
  expect(before).toBeGreaterThanOrEqual(loss);
  expect(before).toBeLessThan(loss + 1e-3);
});

describe('masks', () => {
  it('are combined with the existing ones of a layer and report its precision', () => {
    const sgemm: Layer = { ...pointwise('a', 'x', 'a', [1, 0, 0, 1]), rawParams: [{ id: 31, kind: 'int', value: 32 }] };
    const [, layer] = withMasks(netOf(sgemm), new Map([['a', 'storage']])).layers;
    expect(layer?.rawParams).toEqual([{ id: 31, kind: 'int', value: 35 }]);
    expect([sgemm, layer].map((each) => each && halfModeOf(each))).toEqual(['arithmetic', 'none']);
  });

  it('do not change a layer in fp32', () => {
    const net = netOf(pointwise('a', 'x', 'a', [1 / 3, 0, 0, 1]));
    const phone = new PhoneLayers();
    const run = (layer: Layer, bottoms: Parameters<PhoneLayers['run']>[1]): ReturnType<PhoneLayers['run']> => phone.run(layer, bottoms);
    const [feed = new Map()] = feeds(1 / 3);
    const exact = execute(net, feed).get('a')?.values;
    expect(execute(withMasks(net, new Map([['a', 'storage']])), feed, { run }).get('a')?.values).toEqual(exact);
    expect(execute(net, feed, { run }).get('a')?.values).not.toEqual(exact);
  });
});
