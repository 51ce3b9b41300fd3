import { expect, it } from 'vitest';
import { type Layer, makeLayer } from './net.ts';
import { netOf } from './passes/testing.ts';
import { minNcnnVersion } from './version.ts';

it.each<[string, Layer]>([
  ['20170724', makeLayer('ReLU', 'a', ['x'], ['y'], {})],
  ['20200916', makeLayer('LayerNorm', 'a', ['x'], ['y'], { affine_size: 4, affine: 1 })],
  ['20210322', makeLayer('LayerNorm', 'a', ['x'], ['y'], { affine: 0 })],
  ['20190611', makeLayer('Convolution', 'a', ['x'], ['y'], { activation_type: 1 })],
  ['20211122', makeLayer('Convolution', 'a', ['x'], ['y'], { activation_type: 6, activation_params: [1, 2] })],
  ['20220420', makeLayer('Deconvolution', 'a', ['x'], ['y'], { activation_type: 5 })],
  ['20260526', makeLayer('UnaryOp', 'a', ['x'], ['y'], { op_type: 20 })],
  ['20231027', makeLayer('Pooling', 'a', ['x'], ['y'], { adaptive_pooling: 1, out_w: -233, out_h: 2 })],
  ['20210124', makeLayer('Pooling', 'a', ['x'], ['y'], { adaptive_pooling: 1, out_w: 3, out_h: 2 })],
  ['20261020', makeLayer('LRN', 'a', ['x'], ['y'], { local_size: 4 })],
  ['20250428', makeLayer('Reduction', 'a', ['x'], ['y'], { operation: 8, coeff: 0.5 })],
  ['20170724', { type: 'Custom', customType: 'Mine', name: 'm', bottoms: ['x'], tops: ['y'], weights: [] }],
])('requires release %s', (version, layer) => {
  expect(minNcnnVersion(netOf([makeLayer('Input', 'x', [], ['x'], {}), layer], ['y']))).toBe(version);
});

it.each<[readonly number[], Layer, string]>([
  [[2, 3, 4, 5], makeLayer('ReLU', 'a', ['x'], ['y'], {}), '20220216'],
  [[2, 3, 4, 5], makeLayer('Softmax', 'a', ['x'], ['y'], {}), '20250428'],
  [[3, 4, 5], makeLayer('Softmax', 'a', ['x'], ['y'], {}), '20170724'],
  [[1, 7], makeLayer('InnerProduct', 'a', ['x'], ['y'], { num_output: 4 }), '20230816'],
  [[2, 7], makeLayer('InnerProduct', 'a', ['x'], ['y'], { num_output: 4 }), '20170724'],
  [[4, 8, 8], makeLayer('Interp', 'a', ['x'], ['y'], { resize_type: 2, width_scale: 2, height_scale: 2 }), '20171017'],
  [[4, 8, 8], makeLayer('Interp', 'a', ['x'], ['y'], { resize_type: 2, width_scale: 0.3, height_scale: 0.3 }), '20261020'],
  [[4, 8, 8], makeLayer('Interp', 'a', ['x'], ['y'], { resize_type: 2, output_width: 3, output_height: 5 }), '20171017'],
  [[4, 8, 8], makeLayer('Interp', 'a', ['x'], ['y'], { resize_type: 2, output_width: 1, output_height: 5, align_corner: 1 }), '20261020'],
  [[4, 3, 3], makeLayer('Interp', 'a', ['x'], ['y'], { resize_type: 3, output_width: 6, output_height: 6 }), '20261020'],
])('finds the release for a blob %j and the layer %j', (shape, layer, version) => {
  const net = netOf([makeLayer('Input', 'x', [], ['x'], {}), layer], ['y'], { x: shape });
  expect(minNcnnVersion(net)).toBe(version);
});
