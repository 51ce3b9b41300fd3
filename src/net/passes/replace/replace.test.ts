import { describe, expect, it } from 'vitest';
import { type BlobShape, type Layer, makeLayer } from '../../net.ts';
import { floatsOf, weightOf } from '../../weight.ts';
import { eliminateActivation } from '../eliminate/activation.ts';
import { eliminateOrphanedMemoryData } from '../eliminate/orphanedMemoryData.ts';
import { mergeReshape } from '../merge/reshape.ts';
import type { Pass } from '../pass.ts';
import { inputLayer, netOf, outline, paramsOf, runOnce } from '../testing.ts';
import { replaceConvolution } from './convolution.ts';
import { replaceMatMul } from './matMul.ts';
import { replacePermute } from './permute.ts';
import { replacePReLU } from './prelu.ts';
import { replaceReduction } from './reduction.ts';

const matrix = (top: string, h: number, w: number): Layer =>
  makeLayer('MemoryData', top, [], [top], { w, h }, [weightOf(Float32Array.from({ length: w * h }, (_, index) => index))]);
const matMul = (a: string, b: string, params: object = {}): Layer => makeLayer('MatMul', 'y', [a, b], ['y'], params);
const reduction = (params: object): Layer => makeLayer('Reduction', 'y', ['x'], ['y'], { operation: 3, reduce_all: 0, ...params });
const permute = (order_type: number): Layer => makeLayer('Permute', 'y', ['x'], ['y'], { order_type });
const pointwise = (more: object = {}): Layer =>
  makeLayer('Convolution', 'y', ['x'], ['y'], { num_output: 2, kernel_w: 1, weight_data_size: 6, ...more }, [weightOf([1, 2, 3, 4, 5, 6])]);
const prelu = (...slopes: readonly number[]): Layer =>
  makeLayer('PReLU', 'y', ['x'], ['y'], { num_slope: slopes.length }, [weightOf(slopes)]);
const reshape = (bottom: string, top: string, params: object): Layer => makeLayer('Reshape', top, [bottom], [top], params);
const relu = makeLayer('ReLU', 'y', ['m'], ['y'], {});

type Case = [
  name: string,
  pass: Pass | readonly Pass[],
  shape: BlobShape,
  layers: readonly Layer[],
  expected: readonly string[],
  params?: object,
];

it.each<Case>([
  [
    'a matrix on the right',
    replaceMatMul,
    [4, 2],
    [matrix('c', 2, 3), matMul('x', 'c')],
    ['MemoryData()->c', 'InnerProduct(x)->y'],
    { 0: 3 },
  ],
  ['a vector before it', replaceMatMul, [2], [matrix('c', 2, 3), matMul('x', 'c')], ['MemoryData()->c', 'InnerProduct(x)->y'], { 2: 6 }],
  ['a matrix on the left', replaceMatMul, [2, 5], [matrix('c', 3, 2), matMul('c', 'x')], ['MemoryData()->c', 'Gemm(x)->y'], { 7: 3, 9: 2 }],
  ['a mean over the plane', replaceReduction, [3, 4, 5], [reduction({ axes: [1, 2] })], ['Pooling(x)->y'], { 0: 1, 4: 1 }],
  [
    'a largest value, counted from the end',
    replaceReduction,
    [3, 4, 5],
    [reduction({ operation: 4, axes: [-1, -2] })],
    ['Pooling(x)->y'],
    { 4: 1 },
  ],
  ['a PReLU of one slope', replacePReLU, [3, 4, 5], [prelu(0.25)], ['ReLU(x)->y'], { 0: 0.25 }],
  ['a convolution of a vector', replaceConvolution, [3], [pointwise()], ['InnerProduct(x)->y'], { 0: 2, 2: 6 }],
  ['a Permute of axes of size 1', replacePermute, [3, 1, 1], [permute(3)], ['Reshape(x)->y'], { 0: 3, 1: 1, 2: 1 }],
  [
    'consecutive Reshapes',
    mergeReshape,
    [6],
    [reshape('x', 'm', { w: 2, h: 3 }), reshape('m', 'y', { w: 3, h: 2 })],
    ['Reshape(x)->y'],
    { 0: 3, 1: 2 },
  ],
  ['a ReLU of positive values', eliminateActivation, [3], [makeLayer('Sigmoid', 'm', ['x'], ['m'], {}), relu], ['Sigmoid(x)->y']],
  ['a constant without readers', eliminateOrphanedMemoryData, [3], [matrix('c', 2, 3), permute(0)], ['Permute(x)->y']],
])('replaces %s', (_, pass, shape, layers, expected, params) => {
  const { net, times } = runOnce(pass, netOf([inputLayer('x'), ...layers], ['y'], { x: shape }));
  expect(times).toBe(1);
  expect(outline(net)).toEqual(['Input()->x', ...expected]);
  if (params !== undefined) expect(paramsOf(net.layers.at(-1))).toMatchObject(params);
});

it.each<[name: string, pass: Pass | readonly Pass[], shape: BlobShape, layers: readonly Layer[]]>([
  ['a product of two inputs', replaceMatMul, [2, 3], [makeLayer('AbsVal', 'c', ['x'], ['c'], {}), matMul('x', 'c', { transB: 1 })]],
  ['a product of maps', replaceMatMul, [4, 5, 2], [matrix('c', 2, 3), matMul('x', 'c')]],
  ['a constant on the left of maps', replaceMatMul, [4, 2, 5], [matrix('c', 3, 2), matMul('c', 'x')]],
  ['a reduction over another axis', replaceReduction, [3, 4, 5], [reduction({ axes: [0, 2] })]],
  ['a reduction that keeps its axes', replaceReduction, [3, 4, 5], [reduction({ axes: [1, 2], keepdims: 1 })]],
  ['a sum', replaceReduction, [3, 4, 5], [reduction({ operation: 0, axes: [1, 2] })]],
  ['a mean with a factor', replaceReduction, [3, 4, 5], [reduction({ axes: [1, 2], coeff: 2 })]],
  ['a mean of a matrix', replaceReduction, [4, 5], [reduction({ axes: [1, 2] })]],
  ['a PReLU of several slopes', replacePReLU, [2, 4, 5], [prelu(0.25, 0.5)]],
  ['a convolution of a map', replaceConvolution, [3, 4, 5], [pointwise()]],
  ['a convolution with a larger kernel', replaceConvolution, [3], [pointwise({ kernel_w: 3 })]],
  ['a convolution of another vector', replaceConvolution, [4], [pointwise()]],
  ['a permute that moves values', replacePermute, [3, 1, 5], [permute(3)]],
  ['a Permute of dynamic axes', replacePermute, [3, 1, 'w'], [permute(3)]],
  ['a ReLU of possibly negative values', eliminateActivation, [3], [makeLayer('TanH', 'm', ['x'], ['m'], {}), relu]],
  ['a ReLU of a leaky one', eliminateActivation, [3], [makeLayer('ReLU', 'm', ['x'], ['m'], { slope: 0.1 }), relu]],
])('keeps %s', (_, pass, shape, layers) => {
  const net = netOf([inputLayer('x'), ...layers], ['y'], { x: shape });
  expect(runOnce(pass, net)).toMatchObject({ times: 0, net: { layers: net.layers } });
});

describe('replaceMatMul', () => {
  const weightsOf = (layers: readonly Layer[]): readonly number[][] | undefined =>
    layers.at(-1)?.weights.map((weight) => [...floatsOf(weight)]);

  it.each([
    [0, 2, 3, [0, 3, 1, 4, 2, 5]],
    [1, 3, 2, [0, 1, 2, 3, 4, 5]],
  ])('stores kernels row by row with transB %d', (transB, h, w, kernels) => {
    const net = netOf([inputLayer('x'), matrix('c', h, w), matMul('x', 'c', { transB })], ['y'], { x: [4, 2] });
    expect(weightsOf(runOnce(replaceMatMul, net).net.layers)).toEqual([kernels]);
  });
});

it('keeps a Reshape that has another reader', () => {
  const layers = [reshape('x', 'm', { w: 2, h: 3 }), reshape('m', 'y', { w: 3, h: 2 }), makeLayer('AbsVal', 'z', ['m'], ['z'], {})];
  expect(outline(runOnce(mergeReshape, netOf([inputLayer('x'), ...layers], ['y', 'z'], { x: [6] })).net)).toEqual([
    'Input()->x',
    'Reshape(x)->m',
    'Reshape(x)->y',
    'AbsVal(m)->z',
  ]);
});

it('keeps a constant that is an output', () => {
  expect(runOnce(eliminateOrphanedMemoryData, netOf([matrix('c', 2, 3)], ['c'])).times).toBe(0);
});
