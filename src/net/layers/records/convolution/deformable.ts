import { activationCodes } from '../../codes.ts';
import { kernelPerOutput } from '../../multiplyAddRule.ts';
import type { LayerRecord } from '../../record.ts';
import { weightAndBias } from '../../weightRule.ts';
import { convolutionShape } from './convolutionShape.ts';

const deformableConv2DParams = {
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
} as const;

export const DeformableConv2D: LayerRecord<typeof deformableConv2DParams> = {
  index: 93,
  since: 20220729,
  family: 'convolution',
  params: deformableConv2DParams,
  activations: activationCodes,
  weights: weightAndBias,
  shape: convolutionShape(2),
  multiplyAdds: kernelPerOutput,
  creates: { always: ['Gemm'], activation: true },
};
