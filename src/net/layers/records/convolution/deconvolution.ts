import { deconvolutionActivationCodes } from '../../codes.ts';
import { hasDynamicWeight } from '../../hasDynamicWeight.ts';
import type { MultiplyAddRule } from '../../multiplyAddRule.ts';
import type { LayerRecord } from '../../record.ts';
import type { ShapeRule } from '../../shapeRule.ts';
import { unlessDynamic, weightAndBias } from '../../weightRule.ts';
import { type WindowRank, windowAxisParams } from '../../windowAxes.ts';
import { samePads } from './convolutionShape.ts';

function deconvolutionShape(rank: WindowRank): ShapeRule {
  const axes = windowAxisParams[rank];
  return (call) => {
    const { number } = call;
    const [bottom] = call.bottoms;
    if (bottom?.length !== rank + 1 || hasDynamicWeight(call)) return undefined;
    const pads = axes.flatMap(({ before, after }) => [number(before), number(after)]);
    const outputSizes = axes.map(({ letter }) => number(`output_${letter}`));
    const cut = pads.some((pad) => pad > 0);
    if (!cut && outputSizes.every((size) => size > 0)) {
      return pads.some((pad) => samePads.has(pad)) ? [[number('num_output'), ...outputSizes]] : undefined;
    }
    if (pads.some((pad) => pad < 0)) return undefined;
    const sizes = axes.map(({ letter, before, after, outputPad }, index) => {
      const extent = number(`dilation_${letter}`) * (number(`kernel_${letter}`) - 1) + 1;
      const whole = ((bottom[index + 1] ?? 1) - 1) * number(`stride_${letter}`) + extent + number(outputPad);
      return whole - number(before) - number(after);
    });
    return sizes.every((size) => size > 0) ? [[number('num_output'), ...sizes]] : undefined;
  };
}

/** For deconvolutions, where each element of the input is multiplied by the kernels of its channel. */
const kernelPerInput: MultiplyAddRule = ({ bottoms: [bottom], inputSize, weightSize }) => {
  const channels = bottom?.[0];
  return inputSize && weightSize && typeof channels === 'number' ? (inputSize * weightSize) / channels : undefined;
};

const deconvolutionParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  bias_term: { id: 5, kind: 'int', default: 0 },
  weight_data_size: { id: 6, kind: 'int', default: 0 },
  activation_type: { id: 9, kind: 'int', default: 0, since: 20190611 },
  activation_params: { id: 10, kind: 'floats', since: 20190611 },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  dilation_h: { id: 12, kind: 'int', default: 'dilation_w' },
  stride_h: { id: 13, kind: 'int', default: 'stride_w' },
  pad_top: { id: 14, kind: 'int', default: 'pad_left' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left', since: 20190908 },
  pad_bottom: { id: 16, kind: 'int', default: 'pad_top', since: 20190908 },
  output_pad_right: { id: 18, kind: 'int', default: 0, since: 20190908 },
  output_pad_bottom: { id: 19, kind: 'int', default: 'output_pad_right', since: 20190908 },
  output_w: { id: 20, kind: 'int', default: 0, since: 20190908 },
  output_h: { id: 21, kind: 'int', default: 'output_w', since: 20190908 },
  dynamic_weight: { id: 28, kind: 'int', default: 0, since: 20240102 },
} as const;

export const Deconvolution: LayerRecord<typeof deconvolutionParams> = {
  index: 8,
  since: 20170724,
  half: 'summed',
  family: 'convolution',
  oneBlobOnly: true,
  params: deconvolutionParams,
  activations: deconvolutionActivationCodes,
  takesMore: (value) => value('dynamic_weight') !== 0,
  weights: unlessDynamic(weightAndBias),
  shape: deconvolutionShape(2),
  multiplyAdds: kernelPerInput,
  creates: { always: ['Crop', 'Gemm'], dynamicWeight: ['Flatten'], activation: true },
};

const deconvolution1DParams = {
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
  output_pad_right: { id: 18, kind: 'int', default: 0 },
  output_w: { id: 20, kind: 'int', default: 0 },
  dynamic_weight: { id: 28, kind: 'int', default: 0, since: 20240102 },
} as const;

export const Deconvolution1D: LayerRecord<typeof deconvolution1DParams> = {
  index: 88,
  since: 20220420,
  family: 'convolution',
  oneBlobOnly: true,
  params: deconvolution1DParams,
  activations: deconvolutionActivationCodes,
  takesMore: (value) => value('dynamic_weight') !== 0,
  weights: unlessDynamic(weightAndBias),
  shape: deconvolutionShape(1),
  multiplyAdds: kernelPerInput,
  creates: { always: ['Crop'], dynamicWeight: ['Flatten'] },
};

const deconvolution3DParams = {
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
  output_pad_right: { id: 18, kind: 'int', default: 0 },
  output_pad_bottom: { id: 19, kind: 'int', default: 'output_pad_right' },
  output_pad_behind: { id: 20, kind: 'int', default: 'output_pad_right' },
  kernel_d: { id: 21, kind: 'int', default: 'kernel_w' },
  dilation_d: { id: 22, kind: 'int', default: 'dilation_w' },
  stride_d: { id: 23, kind: 'int', default: 'stride_w' },
  pad_front: { id: 24, kind: 'int', default: 'pad_left' },
  output_w: { id: 25, kind: 'int', default: 0 },
  output_h: { id: 26, kind: 'int', default: 'output_w' },
  output_d: { id: 27, kind: 'int', default: 'output_w' },
} as const;

export const Deconvolution3D: LayerRecord<typeof deconvolution3DParams> = {
  index: 90,
  since: 20220420,
  family: 'convolution',
  oneBlobOnly: true,
  params: deconvolution3DParams,
  activations: deconvolutionActivationCodes,
  weights: weightAndBias,
  shape: deconvolutionShape(3),
  multiplyAdds: kernelPerInput,
  creates: { always: ['Crop'] },
};

const deconvolutionDepthWiseParams = {
  num_output: { id: 0, kind: 'int', default: 0 },
  kernel_w: { id: 1, kind: 'int', default: 0 },
  dilation_w: { id: 2, kind: 'int', default: 1 },
  stride_w: { id: 3, kind: 'int', default: 1 },
  pad_left: { id: 4, kind: 'int', default: 0 },
  bias_term: { id: 5, kind: 'int', default: 0 },
  weight_data_size: { id: 6, kind: 'int', default: 0 },
  group: { id: 7, kind: 'int', default: 1 },
  activation_type: { id: 9, kind: 'int', default: 0, since: 20190611 },
  activation_params: { id: 10, kind: 'floats', since: 20190611 },
  kernel_h: { id: 11, kind: 'int', default: 'kernel_w' },
  dilation_h: { id: 12, kind: 'int', default: 'dilation_w' },
  stride_h: { id: 13, kind: 'int', default: 'stride_w' },
  pad_top: { id: 14, kind: 'int', default: 'pad_left' },
  pad_right: { id: 15, kind: 'int', default: 'pad_left', since: 20190908 },
  pad_bottom: { id: 16, kind: 'int', default: 'pad_top', since: 20190908 },
  output_pad_right: { id: 18, kind: 'int', default: 0, since: 20190908 },
  output_pad_bottom: { id: 19, kind: 'int', default: 'output_pad_right', since: 20190908 },
  output_w: { id: 20, kind: 'int', default: 0, since: 20190908 },
  output_h: { id: 21, kind: 'int', default: 'output_w', since: 20190908 },
  dynamic_weight: { id: 28, kind: 'int', default: 0, since: 20240102 },
} as const;

export const DeconvolutionDepthWise: LayerRecord<typeof deconvolutionDepthWiseParams> = {
  index: 51,
  since: 20171225,
  half: 'summed',
  family: 'convolution',
  oneBlobOnly: true,
  params: deconvolutionDepthWiseParams,
  activations: deconvolutionActivationCodes,
  takesMore: (value) => value('dynamic_weight') !== 0,
  weights: unlessDynamic(weightAndBias),
  shape: deconvolutionShape(2),
  multiplyAdds: kernelPerInput,
  creates: { always: ['Crop', 'Deconvolution'], dynamicWeight: ['Flatten'], activation: true },
};

const deconvolutionDepthWise1DParams = {
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
  output_pad_right: { id: 18, kind: 'int', default: 0 },
  output_w: { id: 20, kind: 'int', default: 0 },
  dynamic_weight: { id: 28, kind: 'int', default: 0, since: 20240102 },
} as const;

export const DeconvolutionDepthWise1D: LayerRecord<typeof deconvolutionDepthWise1DParams> = {
  index: 89,
  since: 20220420,
  family: 'convolution',
  oneBlobOnly: true,
  params: deconvolutionDepthWise1DParams,
  activations: deconvolutionActivationCodes,
  takesMore: (value) => value('dynamic_weight') !== 0,
  weights: unlessDynamic(weightAndBias),
  shape: deconvolutionShape(1),
  multiplyAdds: kernelPerInput,
  creates: { always: ['Crop'], dynamicWeight: ['Flatten'] },
};

const deconvolutionDepthWise3DParams = {
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
  output_pad_right: { id: 18, kind: 'int', default: 0 },
  output_pad_bottom: { id: 19, kind: 'int', default: 'output_pad_right' },
  output_pad_behind: { id: 20, kind: 'int', default: 'output_pad_right' },
  kernel_d: { id: 21, kind: 'int', default: 'kernel_w' },
  dilation_d: { id: 22, kind: 'int', default: 'dilation_w' },
  stride_d: { id: 23, kind: 'int', default: 'stride_w' },
  pad_front: { id: 24, kind: 'int', default: 'pad_left' },
  output_w: { id: 25, kind: 'int', default: 0 },
  output_h: { id: 26, kind: 'int', default: 'output_w' },
  output_d: { id: 27, kind: 'int', default: 'output_w' },
} as const;

export const DeconvolutionDepthWise3D: LayerRecord<typeof deconvolutionDepthWise3DParams> = {
  index: 91,
  since: 20220420,
  family: 'convolution',
  oneBlobOnly: true,
  params: deconvolutionDepthWise3DParams,
  activations: deconvolutionActivationCodes,
  weights: weightAndBias,
  shape: deconvolutionShape(3),
  multiplyAdds: kernelPerInput,
  creates: { always: ['Crop'] },
};
