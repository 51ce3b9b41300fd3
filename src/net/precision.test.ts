import { expect, it } from 'vitest';
import { type Layer, makeLayer } from './net.ts';
import { inputLayer, netOf } from './passes/testing.ts';
import { withHalfWeights } from './precision.ts';
import { computedWeight, weightOf } from './weight.ts';

function product(name: string, weights: readonly number[]): Layer {
  const params = { num_output: 1, bias_term: 1, weight_data_size: weights.length };
  return makeLayer('InnerProduct', name, ['x'], [name], params, [weightOf(weights), weightOf([0.1])]);
}

function storages(layer: Layer | undefined): readonly string[] {
  return (layer?.weights ?? []).map((weight) => weight.storage);
}

it('stores weights with a flag as fp16 and keeps biases', () => {
  const { net, diagnostics } = withHalfWeights(netOf([inputLayer('x'), product('a', [1, -2, 65519])], ['a']));
  expect(diagnostics).toEqual([]);
  expect(storages(net.layers[1])).toEqual(['float16', 'float32']);
  expect([...(net.layers[1]?.weights[0]?.read() ?? [])]).toEqual([0x00, 0x3c, 0x00, 0xc0, 0xff, 0x7b]);
});

it('skips the named layers and weights without a flag', () => {
  const data = makeLayer('MemoryData', 'm', [], ['m'], { w: 1 }, [weightOf([1])]);
  const { net } = withHalfWeights(netOf([inputLayer('x'), product('a', [1]), data], ['a', 'm']), ['a']);
  expect(net.layers.flatMap(storages)).toEqual(['float32', 'float32', 'float32']);
});

it.each([65520, Number.NEGATIVE_INFINITY, Number.NaN])('skips weights with %d and reports them', (value) => {
  const { net, diagnostics } = withHalfWeights(netOf([inputLayer('x'), product('a', [1, value])], ['a']));
  expect(storages(net.layers[1])).toEqual(['float32', 'float32']);
  expect(diagnostics).toMatchObject([{ code: 'precision-loss', place: { node: 'a' } }]);
});

it('skips all weights of a layer that would lose more than one percent', () => {
  // Below 2^-24 float16 has no values, and near it the spacing is 2^-24.
  const params = { num_output: 1, weight_data_size: 1 };
  const layer = (name: string, hidden: number): Layer =>
    makeLayer('RNN', name, ['x'], [name], params, [weightOf([1]), weightOf([0]), weightOf([hidden])]);
  const gone = withHalfWeights(netOf([inputLayer('x'), layer('a', 1e-8)], ['a']));
  expect(storages(gone.net.layers[1])).toEqual(['float32', 'float32', 'float32']);
  expect(gone.diagnostics).toMatchObject([
    {
      code: 'precision-loss',
      severity: 'warning',
      message: expect.stringContaining('weight_hc_data would lose 1.0e+2 % in float16'),
      place: { node: 'a', operator: 'RNN' },
    },
  ]);
  const fine = withHalfWeights(netOf([inputLayer('x'), layer('b', 1e-5)], ['b']));
  expect(storages(fine.net.layers[1])).toEqual(['float16', 'float16', 'float16']);
  expect(fine.diagnostics).toEqual([]);
});

it('measures the loss of an array as a whole, so that small values beside large ones do not count', () => {
  const { net, diagnostics } = withHalfWeights(netOf([inputLayer('x'), product('a', [1, 1e-8])], ['a']));
  expect(diagnostics).toEqual([]);
  expect(storages(net.layers[1])).toEqual(['float16', 'float32']);
});

it('skips weights with another storage or their own flag', () => {
  const raw = { ...weightOf([1]), flag: 0x0002c056 };
  const layer = makeLayer('InnerProduct', 'a', ['x'], ['a'], { num_output: 1, weight_data_size: 1 }, [raw]);
  expect(withHalfWeights(netOf([inputLayer('x'), layer], ['a'])).net.layers[1]?.weights[0]).toBe(raw);
});

it('knows the layers with fp16 weights', () => {
  expect(() => withHalfWeights(netOf([inputLayer('x')], ['x']), ['y'])).toThrow('no layer has the name "y"');
});

it('reads computed weights again when they are written', () => {
  let reads = 0;
  const weight = computedWeight(1, () => {
    reads++;
    return Float32Array.of(1);
  });
  const layer = makeLayer('InnerProduct', 'a', ['x'], ['a'], { num_output: 1, weight_data_size: 1 }, [weight]);
  const { net } = withHalfWeights(netOf([inputLayer('x'), layer], ['a']));
  expect([...(net.layers[1]?.weights[0]?.read() ?? [])]).toEqual([0x00, 0x3c]);
  expect(reads).toBe(2);
});
