import type { ConvolutionSizes } from '../../../../kernels/convolution.ts';
import { convolveDeformable } from '../../../../kernels/deformable.ts';
import { windowAxisParams } from '../../windowAxes.ts';
import { type Kernel, requireThat } from '../call.ts';
import { along, toTriple, windowAxisValues } from '../window.ts';
import { activated, checkChannels, kernelChannels, kernelWeight, outputShape } from './convolutionWeight.ts';

export const deformableConv2DKernel: Kernel = (call) => {
  const axes = windowAxisParams[2];
  const bottom = call.bottom(0);
  const weight = kernelWeight(call, axes, 1, false);
  const { channels, sizes } = kernelChannels(bottom, axes);
  checkChannels(channels, weight, 1);
  const [stride, dilation] = [windowAxisValues(call, 'stride', axes), windowAxisValues(call, 'dilation', axes)];
  const pad = (name: string): number => call.number(`pad_${name}`);
  const [before, after] = [
    [pad('top'), pad('left')],
    [pad('bottom'), pad('right')],
  ];
  const output = sizes.map((size, axis) => {
    const extent = (dilation[axis] ?? 1) * ((weight.kernel[axis] ?? 1) - 1) + 1;
    const room = size + (before[axis] ?? 0) + (after[axis] ?? 0) - extent;
    requireThat(room >= 0, 'the kernel does not fit');
    return Math.floor(room / (stride[axis] ?? 1)) + 1;
  });
  const shape = outputShape(weight.outputs, output);
  const offset = call.bottom(1);
  const mask = call.bottoms[2];
  const fields = along(weight.kernel) * along(output);
  requireThat(
    offset.values.length === 2 * fields && (mask === undefined || mask.values.length === fields),
    'offsets or mask have another size',
  );
  call.spend('elements', 2 * along(shape));
  call.spend('steps', along(shape) * weight.inputs * along(weight.kernel));
  const geometry: ConvolutionSizes = {
    batch: 1,
    inputChannels: channels,
    outputChannels: weight.outputs,
    groups: 1,
    input: toTriple(sizes, 1),
    output: toTriple(output, 1),
    kernel: toTriple(weight.kernel, 1),
    stride: toTriple(stride, 1),
    dilation: toTriple(dilation, 1),
    padBegin: toTriple(before, 0),
  };
  return activated(call, shape, convolveDeformable(bottom.values, weight.values, offset.values, weight.bias, mask?.values, 1, geometry));
};
