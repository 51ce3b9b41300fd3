import { expect, it } from 'vitest';
import { type Layer, makeLayer } from './net.ts';
import { inputLayer, netOf } from './passes/testing.ts';
import { requiredLayers } from './requiredLayers.ts';

const always = ['Cast', 'Input', 'Packing'];

function required(...layers: readonly Layer[]): readonly string[] {
  return requiredLayers(netOf([inputLayer('x'), ...layers], [])).filter((type) => !always.includes(type));
}

it('include those of the net and those ncnn uses internally', () => {
  expect(requiredLayers(netOf([inputLayer('x'), makeLayer('AbsVal', 'a', ['x'], ['a'], {})], []))).toEqual(['AbsVal', ...always]);
});

it.each<[string, Layer, readonly string[]]>([
  [
    'a convolution needs padding, products and its activation as a layer',
    makeLayer('Convolution', 'c', ['x'], ['y'], { kernel_w: 3, activation_type: 3 }),
    ['Clip', 'Convolution', 'Gemm', 'Padding'],
  ],
  [
    'a pointwise convolution may be a product, which needs Flatten',
    makeLayer('Convolution', 'c', ['x'], ['y'], { kernel_w: 1 }),
    ['Convolution', 'Flatten', 'Gemm', 'InnerProduct', 'Padding', 'Reshape'],
  ],
  [
    'an int8 convolution needs quantization layers',
    makeLayer('Convolution', 'c', ['x'], ['y'], { kernel_w: 3, int8_scale_term: 1 }),
    ['Convolution', 'Dequantize', 'Gemm', 'Padding', 'Quantize', 'Requantize'],
  ],
  [
    'a depthwise deconvolution consists of deconvolutions, which need Gemm and Crop',
    makeLayer('DeconvolutionDepthWise', 'c', ['x'], ['y'], { activation_type: 1 }),
    ['Crop', 'Deconvolution', 'DeconvolutionDepthWise', 'Gemm', 'ReLU'],
  ],
  [
    'a dynamic weight needs Flatten',
    makeLayer('Convolution1D', 'c', ['x'], ['y'], { dynamic_weight: 1 }),
    ['Convolution1D', 'Flatten', 'Padding'],
  ],
  ['attention', makeLayer('MultiHeadAttention', 'm', ['x'], ['y'], {}), ['Gemm', 'MultiHeadAttention', 'Softmax']],
  [
    'a custom layer needs no layer of ncnn',
    { type: 'Custom', customType: 'Mine', name: 'm', bottoms: ['x'], tops: ['y'], weights: [] },
    [],
  ],
])('%s', (_, layer, types) => {
  expect(required(layer)).toEqual(types);
});
