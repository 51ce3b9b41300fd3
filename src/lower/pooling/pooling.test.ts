import { expect, it } from 'vitest';
import type { Shape } from '../../graph/ir/dimension.ts';
import { type AttributeLiteral, makeNode } from '../../graph/ir/graph.ts';
import type { Net } from '../../net/net.ts';
import { floatsOf } from '../../net/weight.ts';
import { lowerNodes } from '../testing.ts';

function pooled(operator: string, shape: Shape, attributes: Readonly<Record<string, AttributeLiteral>> = {}, outputs = ['y']): Net {
  return lowerNodes({ x: shape }, [makeNode(operator, ['x'], outputs, attributes)], outputs).net;
}

function layersOf(net: Net) {
  return net.layers.filter((layer) => layer.type !== 'Input');
}

it('merges batch and channels, so that any batch is pooled at once', () => {
  const net = pooled('MaxPool', [2, 3, 8], { kernel_shape: [2], strides: [2] });
  expect(layersOf(net).map(({ type }) => type)).toEqual(['Reshape', 'Pooling1D', 'Reshape']);
  expect([...net.shapes.values()]).toContainEqual([6, 4]);
});

it('rounds up with end padding as far as the ONNX windows reach', () => {
  const [layer] = layersOf(pooled('MaxPool', [1, 3, 8, 9], { kernel_shape: [3, 3], strides: [2, 2], ceil_mode: 1 }));
  expect(layer).toMatchObject({ type: 'Pooling', params: { pad_mode: 1, pad_top: 0, pad_bottom: 1, pad_left: 0, pad_right: 0 } });
});

it('lets ncnn round up a dynamic size when it matches ONNX', () => {
  const attributes = { kernel_shape: [3], strides: [2], ceil_mode: 1 };
  expect(layersOf(pooled('MaxPool', [1, 3, 'W'], attributes))[0]).toMatchObject({ params: { pad_mode: 0 } });
  expect(() => pooled('MaxPool', [1, 3, 'W'], { ...attributes, kernel_shape: [1] })).toThrow('padding depends on the size');
});

it('counts declared padding in an average, but not cells added by rounding up', () => {
  const attributes = { kernel_shape: [3], strides: [2], pads: [1, 1], ceil_mode: 1, count_include_pad: 1 };
  const [whole, ...none] = layersOf(pooled('AveragePool', [1, 2, 7], attributes));
  expect(whole).toMatchObject({ type: 'Pooling1D', params: { avgpool_count_include_pad: 1 } });
  expect(none).toEqual([]);
  const [padding, pooling] = layersOf(pooled('AveragePool', [1, 2, 8], attributes));
  expect(padding).toMatchObject({ type: 'Padding', params: { left: 1, right: 1 } });
  expect(pooling).toMatchObject({ type: 'Pooling1D', params: { avgpool_count_include_pad: 0, pad_left: 0, pad_right: 1 } });
});

it('rejects an average over SAME padding of a dynamic size, because ncnn counts the padding', () => {
  const attributes = { kernel_shape: [3], strides: [2], auto_pad: 'SAME_UPPER' };
  expect(() => pooled('AveragePool', [1, 2, 'W'], attributes)).toThrow('padding depends on the size');
  expect(layersOf(pooled('MaxPool', [1, 2, 'W'], attributes))[0]).toMatchObject({ params: { pad_mode: 2 } });
});

it('computes dilated maxima over unfolded columns', () => {
  const net = pooled('MaxPool', [1, 3, 8, 8], { kernel_shape: [2, 2], dilations: [2, 3] });
  expect(layersOf(net).map(({ type }) => type)).toEqual(['Unfold', 'Reshape', 'Reduction', 'Reshape']);
  expect(layersOf(net)[0]).toMatchObject({ params: { dilation_h: 2, dilation_w: 3, pad_value: -3.4028234663852886e38 } });
  expect(net.shapes.get('y')).toEqual([3, 6, 5]);
});

it('computes a dilated average as a convolution, divided by the cells in each window', () => {
  const attributes = { kernel_shape: [2], dilations: [2] };
  const [even] = layersOf(pooled('AveragePool', [1, 2, 5], attributes));
  expect(even?.weights.map((weight) => [...floatsOf(weight)])).toEqual([[0.5, 0.5, 0.5, 0.5]]);
  const [, counts, division] = layersOf(pooled('AveragePool', [1, 2, 5], { ...attributes, pads: [1, 0] }));
  expect(counts?.weights.map((weight) => [...floatsOf(weight)])).toEqual([[1, 2, 2, 2]]);
  expect(division?.type).toBe('BinaryOp');
});

it('rejects the indices of maxima', () => {
  expect(() => pooled('MaxPool', [1, 1, 4], { kernel_shape: [2] }, ['y', 'where'])).toThrow('the indices of a max pooling');
});

it('pools any number of axes at once', () => {
  expect(layersOf(pooled('GlobalAveragePool', [1, 3, 4, 5]))[0]).toMatchObject({
    type: 'Pooling',
    params: { global_pooling: 1, pooling_type: 1 },
  });
  const deep = pooled('GlobalMaxPool', [1, 3, 4, 5, 6]);
  expect(layersOf(deep)[0]?.type).toBe('Pooling3D');
  expect(deep.shapes.get('y')).toEqual([3]);
  expect(layersOf(pooled('GlobalLpPool', [1, 3, 4, 5])).map(({ type }) => type)).toEqual(['Reshape', 'UnaryOp', 'Reduction', 'UnaryOp']);
});
