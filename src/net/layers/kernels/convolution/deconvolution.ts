import type { ConvolutionSizes } from '../../../../kernels/convolution.ts';
import { type WindowAxisParams, windowAxisParams } from '../../windowAxes.ts';
import { type BlobData, type Kernel, type LayerCall, LayerError, requireThat } from '../call.ts';
import { along, type Borders, declaredBorders, toTriple, windowAxisValues } from '../window.ts';
import { activated, checkChannels, kernelChannels, kernelGroups, kernelWeight, ordered, outputShape } from './convolutionWeight.ts';

function deconvolution(call: LayerCall, axes: readonly WindowAxisParams[]): readonly BlobData[] {
  const bottom = call.bottom(0);
  const groups = kernelGroups(call);
  const weight = kernelWeight(call, axes, groups, true);
  const { channels, sizes } = kernelChannels(bottom, axes);
  checkChannels(channels, weight, groups);
  const [stride, dilation] = [windowAxisValues(call, 'stride', axes), windowAxisValues(call, 'dilation', axes)];
  const outputPads = axes.map(({ outputPad }) => call.number(outputPad));
  const full = sizes.map((size, axis) => {
    const extent = (dilation[axis] ?? 1) * ((weight.kernel[axis] ?? 1) - 1) + 1;
    return (size - 1) * (stride[axis] ?? 1) + extent + (outputPads[axis] ?? 0);
  });
  const cut = cuts(call, axes, full);
  const output = full.map((size, axis) => size - (cut.before[axis] ?? 0) - (cut.after[axis] ?? 0));
  const shape = outputShape(weight.outputs, output);
  const geometry: ConvolutionSizes = {
    batch: 1,
    inputChannels: channels,
    outputChannels: weight.outputs,
    groups,
    input: toTriple(sizes, 1),
    output: toTriple(output, 1),
    kernel: toTriple(weight.kernel, 1),
    stride: toTriple(stride, 1),
    dilation: toTriple(dilation, 1),
    padBegin: toTriple(cut.before, 0),
  };
  const taps = along(weight.kernel);
  call.spend('elements', 2 * along(shape));
  call.spend('steps', (bottom.values.length * weight.outputs * taps) / groups);
  const values = ordered(weight.values, weight.outputs, weight.inputs, groups, taps);
  return activated(call, shape, call.arithmetic.convolveTransposed(bottom.values, values, weight.bias, geometry));
}

/** The amount cropped from the full result: the padding, or otherwise what exceeds the declared output size. */
function cuts(call: LayerCall, axes: readonly WindowAxisParams[], full: readonly number[]): Borders {
  const pads = declaredBorders(call, axes);
  const all = [...pads.before, ...pads.after];
  if (all.some((size) => size > 0)) {
    requireThat(
      all.every((size) => size >= 0),
      'the pads mix sizes and automatic values',
    );
    return pads;
  }
  const declared = windowAxisValues(call, 'output', axes);
  if (!declared.every((size) => size > 0)) return { before: axes.map(() => 0), after: axes.map(() => 0) };
  const surplus = full.map((size, axis) => size - (declared[axis] ?? 0));
  requireThat(
    surplus.every((size) => size >= 0),
    `the declared size [${declared.join(',')}] is larger than the result [${full.join(',')}]`,
  );
  const less = surplus.map((size) => Math.trunc(size / 2));
  const more = surplus.map((size, axis) => size - (less[axis] ?? 0));
  if (all.includes(-233)) return { before: less, after: more };
  if (all.includes(-234)) return { before: more, after: less };
  throw new LayerError('a size is declared without an automatic pad');
}

export const deconvolutionKernel: Kernel = (call) => deconvolution(call, windowAxisParams[2]);

export const deconvolution1DKernel: Kernel = (call) => deconvolution(call, windowAxisParams[1]);

export const deconvolution3DKernel: Kernel = (call) => deconvolution(call, windowAxisParams[3]);

export const deconvolutionDepthWiseKernel: Kernel = (call) => deconvolution(call, windowAxisParams[2]);

export const deconvolutionDepthWise1DKernel: Kernel = (call) => deconvolution(call, windowAxisParams[1]);

export const deconvolutionDepthWise3DKernel: Kernel = (call) => deconvolution(call, windowAxisParams[3]);
