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
  ['20170724', { type: 'Custom', customType: 'Mine', name: 'm', bottoms: ['x'], tops: ['y'], weights: [] }],
])('asks for release %s', (version, layer) => {
  expect(minNcnnVersion(netOf([makeLayer('Input', 'x', [], ['x'], {}), layer], ['y']))).toBe(version);
});
