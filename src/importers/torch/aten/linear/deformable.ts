import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { AtenCall } from '../call.ts';
import { type AtenFamily, atenOperator } from '../operator.ts';

/** Deformable convolution of torchvision. */
export const deformableFamily: AtenFamily = [
  atenOperator(
    'deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, SymInt stride_h, SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt dilation_w, SymInt groups, SymInt offset_groups, bool use_mask) -> Tensor',
    deformable,
    'torchvision',
  ),
];

function deformable(call: AtenCall): string {
  const weight = call.input('weight');
  if (call.rankOf(weight) !== 4) throw new OperatorError('invalid', 'the weight of a deformable convolution needs four axes');
  const pads = [call.int('pad_h'), call.int('pad_w')];
  const operands = [call.input('input'), weight, call.input('offset'), call.input('bias')];
  return call.emit('DeformConv', call.bool('use_mask') ? [...operands, call.input('mask')] : operands, {
    kernel_shape: call.sizesOf(weight).slice(2),
    strides: [call.int('stride_h'), call.int('stride_w')],
    dilations: [call.int('dilation_h'), call.int('dilation_w')],
    pads: [...pads, ...pads],
    group: call.int('groups'),
    offset_group: call.int('offset_groups'),
  });
}
