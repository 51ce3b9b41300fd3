import { expect, it } from 'vitest';
import { type BlobShape, type Layer, makeLayer } from './net.ts';
import { netOf } from './passes/testing.ts';
import { inferShapes } from './shapes.ts';

it.each<[string, Layer, BlobShape, BlobShape | undefined]>([
  ['window', makeLayer('Convolution', 'l', ['x'], ['y'], { num_output: 4, kernel_w: 3, stride_w: 2, pad_left: 1 }), [2, 8, 9], [4, 4, 5]],
  [
    'window padded to the same',
    makeLayer('Convolution', 'l', ['x'], ['y'], { num_output: 4, kernel_w: 3, stride_w: 2, pad_left: -233 }),
    [2, 8, 9],
    [4, 4, 5],
  ],
  ['pixel', makeLayer('Convolution', 'l', ['x'], ['y'], { num_output: 4, kernel_w: 1, weight_data_size: 12 }), [3], [4]],
  [
    'transposed window',
    makeLayer('Deconvolution', 'l', ['x'], ['y'], { num_output: 4, kernel_w: 3, stride_w: 2, output_pad_right: 1, pad_left: 1 }),
    [2, 4, 5],
    [4, 8, 10],
  ],
  ['row', makeLayer('Convolution1D', 'l', ['x'], ['y'], { num_output: 4, kernel_w: 3 }), [2, 9], [4, 7]],
  ['pooling to the end', makeLayer('Pooling', 'l', ['x'], ['y'], { kernel_w: 3, stride_w: 2 }), [2, 8, 9], [2, 4, 4]],
  ['pooling inside', makeLayer('Pooling', 'l', ['x'], ['y'], { kernel_w: 3, stride_w: 2, pad_mode: 1 }), [2, 8, 9], [2, 3, 4]],
  ['pooling of all', makeLayer('Pooling', 'l', ['x'], ['y'], { global_pooling: 1 }), [2, 8, 9], [2]],
  ['rows', makeLayer('InnerProduct', 'l', ['x'], ['y'], { num_output: 4, weight_data_size: 12 }), [5, 3], [5, 4]],
  ['all as one row', makeLayer('InnerProduct', 'l', ['x'], ['y'], { num_output: 4, weight_data_size: 60 }), [5, 3], [4]],
  ['reshape', makeLayer('Reshape', 'l', ['x'], ['y'], { w: 0, h: -1 }), [2, 4, 5], [8, 5]],
  ['reshape that does not fit', makeLayer('Reshape', 'l', ['x'], ['y'], { w: 7, h: -1 }), [2, 4, 5], undefined],
  ['permute', makeLayer('Permute', 'l', ['x'], ['y'], { order_type: 3 }), [2, 4, 5], [4, 5, 2]],
  ['crop', makeLayer('Crop', 'l', ['x'], ['y'], { starts: [1, -3], ends: [-1, -233], axes: [1, 2] }), [2, 4, 5], [2, 2, 3]],
  ['crop beyond', makeLayer('Crop', 'l', ['x'], ['y'], { starts: [4], ends: [6], axes: [1] }), [2, 4, 5], undefined],
  ['padding', makeLayer('Padding', 'l', ['x'], ['y'], { left: 1, bottom: 2, front: 3 }), [2, 4, 5], [5, 6, 6]],
  ['padding of depth', makeLayer('Padding', 'l', ['x'], ['y'], { front: 3 }), [2, 3, 4, 5], [2, 6, 4, 5]],
  ['reduction', makeLayer('Reduction', 'l', ['x'], ['y'], { reduce_all: 0, axes: [-1, 1] }), [2, 4, 5], [2]],
  ['squeeze', makeLayer('Squeeze', 'l', ['x'], ['y'], { axes: [0, 2] }), [1, 4, 1], [4]],
  ['expansion', makeLayer('ExpandDims', 'l', ['x'], ['y'], { axes: [0, -1] }), [4], [1, 4, 1]],
  ['dynamic axes', makeLayer('ReLU', 'l', ['x'], ['y'], {}), ['n', 3], ['n', 3]],
  ['dynamic axes in a window', makeLayer('Convolution1D', 'l', ['x'], ['y'], { num_output: 4, kernel_w: 3 }), [2, 'n'], undefined],
  ['unknown', makeLayer('PriorBox', 'l', ['x'], ['y'], {}), [2, 4, 5], undefined],
])('%s', (_, layer, from, to) => {
  expect(inferShapes(netOf([layer], ['y'], { x: from })).get('y')).toEqual(to);
});

it('infers shapes layer by layer and keeps known ones', () => {
  const layers = [
    makeLayer('Input', 'x', [], ['x'], { w: 4, h: 4, c: 2 }),
    makeLayer('Slice', 's', ['x'], ['a', 'b'], { slices: [-233, -233], axis: 1 }),
    makeLayer('Concat', 'c', ['a', 'b'], ['c'], { axis: 0 }),
    makeLayer('MemoryData', 'm', [], ['m'], { w: 4 }),
    makeLayer('BinaryOp', 'y', ['c', 'm'], ['y'], {}),
  ];
  const shapes = inferShapes(netOf(layers, ['y'], { y: ['n'] }));
  expect(Object.fromEntries(shapes)).toEqual({ x: [2, 4, 4], a: [2, 2, 4], b: [2, 2, 4], c: [4, 2, 4], m: [4], y: ['n'] });
});

it('prefers inferred shapes to those in the file, except for inputs', () => {
  const layers = [makeLayer('Input', 'x', [], ['x'], { w: 4 }), makeLayer('Flatten', 'y', ['x'], ['y'], {})];
  expect(inferShapes(netOf(layers, ['y'], { x: [5], y: [4] })).get('y')).toEqual([5]);
});
