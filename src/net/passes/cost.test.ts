import { expect, it } from 'vitest';
import { type BlobShape, type Layer, makeLayer } from '../net.ts';
import { weightOf } from '../weight.ts';
import { costOf, saved } from './cost.ts';
import { inputLayer, netOf } from './testing.ts';

const weights = (length: number) => [weightOf(new Float32Array(length))];

it.each<[layer: Layer, multiplyAdds: number, shapes: Readonly<Record<string, BlobShape>>]>([
  [
    makeLayer('Convolution', 'y', ['x'], ['y'], { num_output: 4, kernel_w: 3, weight_data_size: 72 }, weights(72)),
    4 * 5 * 6 * 18,
    { x: [2, 7, 8], y: [4, 5, 6] },
  ],
  [
    makeLayer('ConvolutionDepthWise', 'y', ['x'], ['y'], { num_output: 2, group: 2, kernel_w: 3 }, weights(18)),
    2 * 5 * 6 * 9,
    { x: [2, 7, 8], y: [2, 5, 6] },
  ],
  [
    makeLayer('Deconvolution', 'y', ['x'], ['y'], { num_output: 4, kernel_w: 2 }, weights(32)),
    2 * 3 * 3 * 16,
    { x: [2, 3, 3], y: [4, 4, 4] },
  ],
  [makeLayer('InnerProduct', 'y', ['x'], ['y'], { num_output: 4 }, weights(12)), 12, { x: [3], y: [4] }],
  [makeLayer('MatMul', 'y', ['x', 'x'], ['y'], {}), 9 * 3, { x: [3, 3], y: [3, 3] }],
  [makeLayer('BinaryOp', 'y', ['x', 'x'], ['y'], {}), 12, { x: [3, 4], y: [3, 4] }],
  [makeLayer('ReLU', 'y', ['x'], ['y'], {}), 0, { x: [3, 4], y: [3, 4] }],
  // Without a size the cost is unknown.
  [makeLayer('BinaryOp', 'y', ['x', 'x'], ['y'], {}), 0, { x: [3, 'w'], y: [3, 'w'] }],
])('counts $type', (layer, multiplyAdds, shapes) => {
  const count = layer.weights.reduce((sum, { length }) => sum + length, 0);
  expect(costOf(netOf([inputLayer('x'), layer], ['y'], shapes))).toMatchObject({ layers: 2, weights: count, multiplyAdds });
});

it('excludes Splits', () => {
  const split = netOf(
    [inputLayer('x'), makeLayer('Split', 's', ['x'], ['a', 'b'], {}), makeLayer('BinaryOp', 'y', ['a', 'b'], ['y'], {})],
    ['y'],
    { x: [4], a: [4], b: [4], y: [4] },
  );
  // The sum, together with its operands that are still alive.
  expect(costOf(split)).toEqual({ layers: 2, weights: 0, multiplyAdds: 4, peakBytes: 32 });
});

it('reports the difference of two costs', () => {
  const split = netOf(
    [inputLayer('x'), makeLayer('Split', 's', ['x'], ['a', 'b'], {}), makeLayer('BinaryOp', 'y', ['a', 'b'], ['y'], {})],
    ['y'],
    { x: [4], a: [4], b: [4], y: [4] },
  );
  expect(saved(costOf(split), { layers: 1, weights: 3, multiplyAdds: 4 })).toEqual({ layers: 1, weights: -3, multiplyAdds: 0 });
  expect(saved(costOf(split), { layers: 2, weights: 0, multiplyAdds: 4, peakBytes: 16 })).toMatchObject({ peakBytes: 16 });
});
