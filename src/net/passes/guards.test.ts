import { describe, expect, it } from 'vitest';
import { type BlobShape, type Layer, makeLayer } from '../net.ts';
import { floatsOf, weightOf } from '../weight.ts';
import { eliminateReshapeBeforeBinaryOp } from './eliminate/reshapeBeforeBinaryOp.ts';
import { fuseActivation } from './fuse/activation.ts';
import { fuseAffine } from './fuse/affine.ts';
import { fuseAffineBefore } from './fuse/affineBefore.ts';
import { fuseBatchNormScale } from './fuse/batchNormScale.ts';
import { fuseBinaryOpEltwise } from './fuse/binaryOpEltwise.ts';
import { fuseGate } from './fuse/gate.ts';
import { fuseGemmAffine } from './fuse/gemmAffine.ts';
import { fuseInnerProducts } from './fuse/innerProducts.ts';
import { fuseMemoryDataBinaryOp } from './fuse/memoryDataBinaryOp.ts';
import { fuseParallel } from './fuse/parallel.ts';
import { absorbPadding } from './merge/absorbPadding.ts';
import { mergeCrop } from './merge/crop.ts';
import { mergePadding } from './merge/padding.ts';
import { mergePermute } from './merge/permute.ts';
import type { Pass } from './pass.ts';
import { shareSubexpressions } from './shareSubexpressions.ts';
import { convolutionLayer, inputLayer, netOf, outline, runOnce } from './testing.ts';

function scalar(op_type: number, b: number, bottom: string, top: string): Layer {
  return makeLayer('BinaryOp', top, [bottom], [top], { op_type, with_scalar: 1, b });
}

function product(bottom: string, top: string, inputs: number, outputs: number, more: object = {}): Layer {
  const params = { num_output: outputs, weight_data_size: inputs * outputs, ...more };
  return makeLayer('InnerProduct', top, [bottom], [top], params, [weightOf(new Float32Array(inputs * outputs).fill(0.5))]);
}

function constant(top: string, ...values: readonly number[]): Layer {
  return makeLayer('MemoryData', top, [], [top], { w: values.length }, [weightOf(values)]);
}

const padding = (bottom: string, top: string): Layer => makeLayer('Padding', top, [bottom], [top], { left: 1, right: 1 });
const x: Readonly<Record<string, BlobShape>> = { x: [1, 5, 5] };

/** Two layers that become one: `m` is the blob between them, `y` the result. */
type Pair = [name: string, pass: Pass | readonly Pass[], layers: readonly Layer[], shapes?: Readonly<Record<string, BlobShape>>];

const pairs: readonly Pair[] = [
  ['convolution and scalar', fuseAffine, [convolutionLayer('x', 'm', [1, 2]), scalar(2, 3, 'm', 'y')]],
  ['scalar and convolution', fuseAffineBefore, [scalar(2, 3, 'x', 'm'), convolutionLayer('m', 'y', [1, 2])], x],
  ['convolution and activation', fuseActivation, [convolutionLayer('x', 'm', [1]), makeLayer('ReLU', 'y', ['m'], ['y'], {})]],
  ['two scalars', fuseBatchNormScale, [scalar(2, 3, 'x', 'm'), scalar(3, 2, 'm', 'y')]],
  ['two products', fuseInnerProducts, [product('x', 'm', 4, 4), product('m', 'y', 4, 2)], { x: [4] }],
  [
    'two permutes',
    mergePermute,
    [makeLayer('Permute', 'm', ['x'], ['m'], { order_type: 3 }), makeLayer('Permute', 'y', ['m'], ['y'], { order_type: 4 })],
    x,
  ],
  ['two paddings', mergePadding, [padding('x', 'm'), padding('m', 'y')], x],
  ['padding and convolution', absorbPadding, [padding('x', 'm'), convolutionLayer('m', 'y', [1])], x],
  [
    'two crops',
    mergeCrop,
    [
      makeLayer('Crop', 'm', ['x'], ['m'], { starts: [1], ends: [4], axes: [1] }),
      makeLayer('Crop', 'y', ['m'], ['y'], { starts: [1], ends: [2], axes: [2] }),
    ],
    x,
  ],
  ['gate', fuseGate, [makeLayer('Sigmoid', 'm', ['x'], ['m'], {}), makeLayer('BinaryOp', 'y', ['m', 'x'], ['y'], { op_type: 2 })]],
  ['product and sum', fuseBinaryOpEltwise, [scalar(2, 3, 'x', 'm'), makeLayer('BinaryOp', 'y', ['x', 'm'], ['y'], {})], x],
  [
    'parallel convolutions',
    fuseParallel,
    [convolutionLayer('x', 'm', [1]), convolutionLayer('x', 'n', [2]), makeLayer('BinaryOp', 'y', ['m', 'n'], ['y'], {})],
  ],
];

describe.each(pairs.map(([name, pass, layers, shapes = {}]) => ({ name, pass, layers, shapes })))('$name', ({ pass, layers, shapes }) => {
  it('are fused and keep the name of the output', () => {
    const { net, times } = runOnce(pass, netOf([inputLayer('x'), ...layers], ['y'], shapes));
    expect(times).toBe(1);
    expect(outline(net)).toHaveLength(2);
    expect(net.layers.at(-1)?.tops).toEqual(['y']);
  });

  it('are kept when the blob between them is an output', () => {
    expect(runOnce(pass, netOf([inputLayer('x'), ...layers], ['m', 'y'], shapes)).times).toBe(0);
  });

  it('are kept when the blob between them has another reader', () => {
    const other = makeLayer('TanH', 'z', ['m'], ['z'], {});
    expect(runOnce(pass, netOf([inputLayer('x'), ...layers, other], ['y', 'z'], shapes)).times).toBe(0);
  });

  it('are kept when a parameter is unknown', () => {
    const raw = layers.map((layer, index) => (index > 0 ? layer : { ...layer, rawParams: [{ id: 31, kind: 'int' as const, value: 1 }] }));
    expect(runOnce(pass, netOf([inputLayer('x'), ...raw], ['y'], shapes)).times).toBe(0);
  });
});

describe('broadcasting', () => {
  it('does not fuse a constant that enlarges the result', () => {
    const layers = [inputLayer('x'), product('x', 'm', 3, 1), constant('c', 1, 2, 3), makeLayer('BinaryOp', 'y', ['m', 'c'], ['y'], {})];
    expect(runOnce(fuseAffine, netOf(layers, ['y'], { x: [3] })).times).toBe(0);
  });

  it('does not fuse a constant along rows as one along outputs', () => {
    const layers = [inputLayer('x'), product('x', 'm', 3, 4), constant('c', 1, 2, 3, 4), makeLayer('BinaryOp', 'y', ['m', 'c'], ['y'], {})];
    expect(runOnce(fuseAffine, netOf(layers, ['y'], { x: [4, 3] })).times).toBe(0);
    expect(runOnce(fuseAffine, netOf(layers, ['y'], { x: [5, 3] })).times).toBe(1);
  });

  it('does not fuse a BatchNorm of rows as one of outputs', () => {
    const norm = makeLayer(
      'BatchNorm',
      'y',
      ['m'],
      ['y'],
      { channels: 4 },
      [1, 2, 3, 4].map(() => weightOf([1, 1, 1, 1])),
    );
    expect(runOnce(fuseAffine, netOf([inputLayer('x'), product('x', 'm', 3, 4), norm], ['y'], { x: [4, 3] })).times).toBe(0);
  });

  it('does not turn a constant of higher rank into a scalar', () => {
    const one = makeLayer('MemoryData', 'c', [], ['c'], { w: 1, h: 1 }, [weightOf([2])]);
    const layers = [inputLayer('x'), one, makeLayer('BinaryOp', 'y', ['x', 'c'], ['y'], {})];
    expect(runOnce(fuseMemoryDataBinaryOp, netOf(layers, ['y'], { x: [3] })).times).toBe(0);
    expect(runOnce(fuseMemoryDataBinaryOp, netOf(layers, ['y'], { x: [3, 2] })).times).toBe(1);
  });

  it.each<[BlobShape, BlobShape, number]>([
    [[3, 1], [3, 4], 1],
    // ncnn broadcasts a vector along the outermost axis if its length matches.
    [[1, 3], [3, 3], 0],
    [[1, 4], [3, 4], 1],
    [[3, 1], [1, 4], 0],
  ])('reads a vector as %j with %j: %d', (shape, other, times) => {
    const [h, w] = shape.map(Number);
    const reshape = makeLayer('Reshape', 'r', ['v'], ['r'], { w: w ?? 1, h: h ?? 1 });
    const layers = [inputLayer('v'), inputLayer('x'), reshape, makeLayer('BinaryOp', 'y', ['x', 'r'], ['y'], {})];
    const net = netOf(layers, ['y'], { v: [Math.max(h ?? 1, w ?? 1)], x: other });
    expect(runOnce(eliminateReshapeBeforeBinaryOp, net).times).toBe(times);
  });

  it('does not turn a broadcast sum into Eltwise', () => {
    const layers = [inputLayer('x'), inputLayer('z'), scalar(2, 3, 'x', 'm'), makeLayer('BinaryOp', 'y', ['z', 'm'], ['y'], {})];
    expect(runOnce(fuseBinaryOpEltwise, netOf(layers, ['y'], { x: [3, 1, 1], z: [3, 4, 4] })).times).toBe(0);
  });
});

it('keeps a convolution that has an activation', () => {
  const active = makeLayer('Convolution', 'm', ['x'], ['m'], { num_output: 1, kernel_w: 1, weight_data_size: 1, activation_type: 1 }, [
    weightOf([1]),
  ]);
  for (const reader of [scalar(2, 3, 'm', 'y'), makeLayer('ReLU', 'y', ['m'], ['y'], {})]) {
    expect(runOnce([...fuseAffine, ...fuseActivation], netOf([inputLayer('x'), active, reader], ['y'])).times).toBe(0);
  }
  expect(
    runOnce(fuseInnerProducts, netOf([inputLayer('x'), product('x', 'm', 2, 2, { activation_type: 1 }), product('m', 'y', 2, 2)], ['y']))
      .times,
  ).toBe(0);
});

it('changes the weights of one layer when two layers share them', () => {
  const weights = [weightOf([1, 2])];
  const layer = (top: string): Layer =>
    makeLayer('Convolution', top, ['x'], [top], { num_output: 2, kernel_w: 1, weight_data_size: 2 }, weights);
  const { net } = runOnce(fuseAffine, netOf([inputLayer('x'), layer('m'), layer('z'), scalar(2, 3, 'm', 'y')], ['y', 'z']));
  expect(net.layers.slice(1).map(({ tops, weights: [weight] }) => [tops[0], weight && [...floatsOf(weight)]])).toEqual([
    ['y', [3, 6]],
    ['z', [1, 2]],
  ]);
});

describe('shareSubexpressions', () => {
  const tanh = (top: string): Layer => makeLayer('TanH', top, ['x'], [top], {});

  it('replaces two equal layers by one', () => {
    const net = netOf([inputLayer('x'), tanh('a'), tanh('b'), makeLayer('BinaryOp', 'y', ['a', 'b'], ['y'], {})], ['y']);
    expect(outline(runOnce(shareSubexpressions, net).net)).toEqual(['Input()->x', 'TanH(x)->a', 'BinaryOp(a,a)->y']);
  });

  it('keeps outputs and layers with different weights', () => {
    expect(runOnce(shareSubexpressions, netOf([inputLayer('x'), tanh('a'), tanh('b')], ['a', 'b'])).times).toBe(0);
    const layers = [constant('c', 1), constant('d', 2), constant('e', 1), makeLayer('Concat', 'y', ['c', 'd', 'e'], ['y'], {})];
    expect(outline(runOnce(shareSubexpressions, netOf(layers, ['y'])).net)).toEqual([
      'MemoryData()->c',
      'MemoryData()->d',
      'Concat(c,d,c)->y',
    ]);
  });
});

it('does not scale a Gemm with two dynamic matrices', () => {
  const gemm = makeLayer('Gemm', 'm', ['x', 'z'], ['m'], {});
  expect(runOnce(fuseGemmAffine, netOf([inputLayer('x'), inputLayer('z'), gemm, scalar(2, 3, 'm', 'y')], ['y'])).times).toBe(0);
});
