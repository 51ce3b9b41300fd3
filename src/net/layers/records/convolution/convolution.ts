import { activationCodes } from '../../codes.ts';
import { kernelPerOutput } from '../../multiplyAddRule.ts';
import type { LayerRecord } from '../../record.ts';
import { floatSlot, slotsWhen, unlessDynamic, type WeightRule, weightAndBias } from '../../weightRule.ts';
import { convolutionShape } from './convolutionShape.ts';

const convolutionWeights: WeightRule = (value) => {
  const int8 = value('int8_scale_term');
  return [
    ...weightAndBias(value),
    ...slotsWhen(int8, floatSlot('weight_data_int8_scales', value('num_output')), floatSlot('bottom_blob_int8_scales', 1)),
    ...slotsWhen(int8 > 100, floatSlot('top_blob_int8_scales', 1)),
  ];
};

const depthWiseWeights: WeightRule = (value) => {
  const int8 = value('int8_scale_term');
  // One scale per group, or one that ncnn broadcasts to all groups.
  const scales = int8 === 1 || int8 === 101 ? value('group') : int8 === 2 || int8 === 102 ? 1 : 0;
  return [
    ...weightAndBias(value),
    ...slotsWhen(scales, floatSlot('weight_data_int8_scales', scales), floatSlot('bottom_blob_int8_scales', 1)),
    ...slotsWhen(int8 > 100, floatSlot('top_blob_int8_scales', 1)),
  ];
};

const convolutionParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  bias_term: { id: 5, kind: 'int', default: 0 },
  weight_data_size: { id: 6, kind: 'int', default: 0 },
  int8_scale_term: { id: 8, kind: 'int', default: 0 },
  activation_type: { id: 9, kind: 'int', default: 0, since: 20190611 },
  activation_params: { id: 10, kind: 'floats', since: 20190611 },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  dilation_h: { id: 12, kind: 'int', default: 'dilation_w' },
  stride_h: { id: 13, kind: 'int', default: 'stride_w' },
  pad_top: { id: 14, kind: 'int', default: 'pad_left' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left', since: 20190908 },
  pad_bottom: { id: 16, kind: 'int', default: 'pad_top', since: 20190908 },
  pad_value: { id: 18, kind: 'float', default: 0, since: 20191113 },
  dynamic_weight: { id: 19, kind: 'int', default: 0, since: 20220216 },
} as const;

export const Convolution: LayerRecord<typeof convolutionParams> = {
  index: 6,
  since: 20170724,
  half: 'summed',
  // Earlier releases read dynamic weights with the sizes of the parameters.
  meaningSince: ({ number }) => (number('dynamic_weight') === 0 ? 0 : 20240102),
  family: 'convolution',
  oneBlobOnly: true,
  params: convolutionParams,
  activations: activationCodes,
  takesMore: (value) => value('dynamic_weight') !== 0,
  weights: unlessDynamic(convolutionWeights),
  shape: convolutionShape(2, true),
  multiplyAdds: kernelPerOutput,
  creates: {
    // Gemm is linked rather than created: on some processors the int8 kernels, which are always built, use its functions.
    always: ['Padding', 'Gemm'],
    pointwise: ['InnerProduct', 'Reshape'],
    dynamicWeight: ['Flatten'],
    int8: ['Quantize', 'Dequantize', 'Requantize'],
    activation: true,
  },
};

const convolution1DParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  bias_term: { id: 5, kind: 'int', default: 0 },
  weight_data_size: { id: 6, kind: 'int', default: 0 },
  activation_type: { id: 9, kind: 'int', default: 0 },
  activation_params: { id: 10, kind: 'floats' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left' },
  pad_value: { id: 18, kind: 'float', default: 0 },
  dynamic_weight: { id: 19, kind: 'int', default: 0, since: 20220216 },
} as const;

export const Convolution1D: LayerRecord<typeof convolution1DParams> = {
  index: 81,
  since: 20210720,
  half: 'summed',
  family: 'convolution',
  oneBlobOnly: true,
  params: convolution1DParams,
  activations: activationCodes,
  takesMore: (value) => value('dynamic_weight') !== 0,
  weights: unlessDynamic(weightAndBias),
  shape: convolutionShape(1),
  multiplyAdds: kernelPerOutput,
  creates: { always: ['Padding'], dynamicWeight: ['Flatten'] },
};

const convolution3DParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  bias_term: { id: 5, kind: 'int', default: 0 },
  weight_data_size: { id: 6, kind: 'int', default: 0 },
  activation_type: { id: 9, kind: 'int', default: 0 },
  activation_params: { id: 10, kind: 'floats' },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  dilation_h: { id: 12, kind: 'int', default: 'dilation_w' },
  stride_h: { id: 13, kind: 'int', default: 'stride_w' },
  pad_top: { id: 14, kind: 'int', default: 'pad_left' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left' },
  pad_bottom: { id: 16, kind: 'int', default: 'pad_top' },
  pad_behind: { id: 17, kind: 'int', default: 'pad_front' },
  pad_value: { id: 18, kind: 'float', default: 0 },
  kernel_d: { id: 21, kind: 'int', default: 'kernel_w' },
  dilation_d: { id: 22, kind: 'int', default: 'dilation_w' },
  stride_d: { id: 23, kind: 'int', default: 'stride_w' },
  pad_front: { id: 24, kind: 'int', default: 'pad_left' },
} as const;

export const Convolution3D: LayerRecord<typeof convolution3DParams> = {
  index: 84,
  since: 20211208,
  family: 'convolution',
  oneBlobOnly: true,
  params: convolution3DParams,
  activations: activationCodes,
  weights: weightAndBias,
  shape: convolutionShape(3),
  multiplyAdds: kernelPerOutput,
  creates: { always: ['Padding'] },
};

const convolutionDepthWiseParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  bias_term: { id: 5, kind: 'int', default: 0 },
  weight_data_size: { id: 6, kind: 'int', default: 0 },
  group: { id: 7, kind: 'int', default: 1 },
  int8_scale_term: { id: 8, kind: 'int', default: 0 },
  activation_type: { id: 9, kind: 'int', default: 0, since: 20190611 },
  activation_params: { id: 10, kind: 'floats', since: 20190611 },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  dilation_h: { id: 12, kind: 'int', default: 'dilation_w' },
  stride_h: { id: 13, kind: 'int', default: 'stride_w' },
  pad_top: { id: 14, kind: 'int', default: 'pad_left' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left', since: 20190908 },
  pad_bottom: { id: 16, kind: 'int', default: 'pad_top', since: 20190908 },
  pad_value: { id: 18, kind: 'float', default: 0, since: 20191113 },
  dynamic_weight: { id: 19, kind: 'int', default: 0, since: 20220216 },
} as const;

export const ConvolutionDepthWise: LayerRecord<typeof convolutionDepthWiseParams> = {
  index: 42,
  since: 20170919,
  half: 'summed',
  family: 'convolution',
  oneBlobOnly: true,
  params: convolutionDepthWiseParams,
  activations: activationCodes,
  takesMore: (value) => value('dynamic_weight') !== 0,
  weights: unlessDynamic(depthWiseWeights),
  shape: convolutionShape(2),
  multiplyAdds: kernelPerOutput,
  creates: {
    always: ['Padding', 'Convolution'],
    dynamicWeight: ['Flatten'],
    int8: ['Quantize', 'Dequantize', 'Requantize'],
    activation: true,
  },
};

const convolutionDepthWise1DParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  bias_term: { id: 5, kind: 'int', default: 0 },
  weight_data_size: { id: 6, kind: 'int', default: 0 },
  group: { id: 7, kind: 'int', default: 1 },
  activation_type: { id: 9, kind: 'int', default: 0 },
  activation_params: { id: 10, kind: 'floats' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left' },
  pad_value: { id: 18, kind: 'float', default: 0 },
  dynamic_weight: { id: 19, kind: 'int', default: 0, since: 20220216 },
} as const;

export const ConvolutionDepthWise1D: LayerRecord<typeof convolutionDepthWise1DParams> = {
  index: 83,
  since: 20211122,
  // Earlier releases looked for dynamic weights in the file.
  meaningSince: ({ number }) => (number('dynamic_weight') === 0 ? 0 : 20240410),
  family: 'convolution',
  oneBlobOnly: true,
  params: convolutionDepthWise1DParams,
  activations: activationCodes,
  takesMore: (value) => value('dynamic_weight') !== 0,
  weights: unlessDynamic(weightAndBias),
  shape: convolutionShape(1),
  multiplyAdds: kernelPerOutput,
  creates: { always: ['Padding'], dynamicWeight: ['Flatten'] },
};

const convolutionDepthWise3DParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  bias_term: { id: 5, kind: 'int', default: 0 },
  weight_data_size: { id: 6, kind: 'int', default: 0 },
  group: { id: 7, kind: 'int', default: 1 },
  activation_type: { id: 9, kind: 'int', default: 0 },
  activation_params: { id: 10, kind: 'floats' },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  dilation_h: { id: 12, kind: 'int', default: 'dilation_w' },
  stride_h: { id: 13, kind: 'int', default: 'stride_w' },
  pad_top: { id: 14, kind: 'int', default: 'pad_left' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left' },
  pad_bottom: { id: 16, kind: 'int', default: 'pad_top' },
  pad_behind: { id: 17, kind: 'int', default: 'pad_front' },
  pad_value: { id: 18, kind: 'float', default: 0 },
  kernel_d: { id: 21, kind: 'int', default: 'kernel_w' },
  dilation_d: { id: 22, kind: 'int', default: 'dilation_w' },
  stride_d: { id: 23, kind: 'int', default: 'stride_w' },
  pad_front: { id: 24, kind: 'int', default: 'pad_left' },
} as const;

export const ConvolutionDepthWise3D: LayerRecord<typeof convolutionDepthWise3DParams> = {
  index: 85,
  since: 20211208,
  family: 'convolution',
  oneBlobOnly: true,
  params: convolutionDepthWise3DParams,
  activations: activationCodes,
  weights: weightAndBias,
  shape: convolutionShape(3),
  multiplyAdds: kernelPerOutput,
  creates: { always: ['Padding'] },
};
