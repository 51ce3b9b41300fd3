import { expect, it } from 'vitest';
import { type Layer, makeLayer } from '../../net.ts';
import { weightOf } from '../../weight.ts';
import { convolutionLayer, inputLayer, netOf, outline, paramsOf, runOnce } from '../testing.ts';
import { fuseActivation } from './activation.ts';

it.each<[Layer, object]>([
  [makeLayer('ReLU', 'a', ['c'], ['a'], {}), { 9: 1 }],
  [makeLayer('ReLU', 'a', ['c'], ['a'], { slope: 0.1 }), { 9: 2, 10: [0.1] }],
  [makeLayer('Clip', 'a', ['c'], ['a'], { min: 0, max: 6 }), { 9: 3, 10: [0, 6] }],
  [makeLayer('Clip', 'a', ['c'], ['a'], { min: 0 }), { 9: 3, 10: [0, 3.4028234663852886e38] }],
  [makeLayer('Sigmoid', 'a', ['c'], ['a'], {}), { 9: 4 }],
  [makeLayer('Mish', 'a', ['c'], ['a'], {}), { 9: 5 }],
  [makeLayer('HardSwish', 'a', ['c'], ['a'], { alpha: 0.5 }), { 9: 6, 10: [0.5, 0.5] }],
])('fuses %o', (activation, params) => {
  const { net, times } = runOnce(fuseActivation, netOf([inputLayer('x'), convolutionLayer('x', 'c', [1]), activation], ['a']));
  expect(times).toBe(1);
  expect(outline(net)).toEqual(['Input()->x', 'Convolution(x)->a']);
  expect(net.layers[1]).toMatchObject({ name: 'c' });
  expect(paramsOf(net.layers[1])).toEqual({ 0: 1, 1: 1, 6: 1, ...params });
});

it('fuses into InnerProduct', () => {
  const product = makeLayer('InnerProduct', 'p', ['x'], ['p'], { num_output: 1, weight_data_size: 1 }, [weightOf([1])]);
  const { net } = runOnce(fuseActivation, netOf([inputLayer('x'), product, makeLayer('ReLU', 'a', ['p'], ['a'], {})], ['a']));
  expect(outline(net)).toEqual(['Input()->x', 'InnerProduct(x)->a']);
});

it('fuses only one activation', () => {
  const layers = [
    inputLayer('x'),
    convolutionLayer('x', 'c', [1]),
    makeLayer('ReLU', 'a', ['c'], ['a'], {}),
    makeLayer('Sigmoid', 'b', ['a'], ['b'], {}),
  ];
  expect(outline(runOnce(fuseActivation, netOf(layers, ['b'])).net)).toEqual(['Input()->x', 'Convolution(x)->a', 'Sigmoid(a)->b']);
});

it('keeps a result that is an output', () => {
  const relu = makeLayer('ReLU', 'a', ['c'], ['a'], {});
  const layers = [inputLayer('x'), convolutionLayer('x', 'c', [1]), relu];
  expect(runOnce(fuseActivation, netOf(layers, ['c', 'a'])).times).toBe(0);
});

it('keeps a result with other readers', () => {
  const relu = makeLayer('ReLU', 'a', ['c'], ['a'], {});
  const layers = [inputLayer('x'), convolutionLayer('x', 'c', [1]), relu];
  const both = [...layers, makeLayer('BinaryOp', 'b', ['c', 'a'], ['b'], {})];
  expect(runOnce(fuseActivation, netOf(both, ['b'])).times).toBe(0);
});
