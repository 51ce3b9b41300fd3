import type { ConvolutionSizes } from '../../../../kernels/convolution.ts';
import { hasDynamicWeight } from '../../hasDynamicWeight.ts';
import { type WindowAxisParams, windowAxisParams } from '../../windowAxes.ts';
import { type BlobData, type Kernel, type LayerCall, requireThat } from '../call.ts';
import { along, borders, type Spatial, toTriple, windowAxisValues, withBorder } from '../window.ts';
import {
  activated,
  type ConvolutionWeight,
  checkChannels,
  kernelChannels,
  kernelGroups,
  kernelWeight,
  outputShape,
} from './convolutionWeight.ts';

/** If `takesVector` is set, a kernel of one element accepts a vector as the channels of one pixel. */
function convolution(call: LayerCall, axes: readonly WindowAxisParams[], takesVector = false): readonly BlobData[] {
  const bottom = call.bottom(0);
  const groups = kernelGroups(call);
  const weight = kernelWeight(call, axes, groups, false);
  if (takesVector && bottom.shape.length === 1 && along(weight.kernel) === 1 && !hasDynamicWeight(call)) {
    return asInnerProduct(call, weight);
  }
  const { channels, sizes } = kernelChannels(bottom, axes);
  checkChannels(channels, weight, groups);
  const spatial: Spatial = {
    sizes,
    kernel: weight.kernel,
    stride: windowAxisValues(call, 'stride', axes),
    dilation: windowAxisValues(call, 'dilation', axes),
  };
  const extent = weight.kernel.map((size, axis) => (spatial.dilation[axis] ?? 1) * (size - 1) + 1);
  const border = borders(call, axes, spatial, extent);
  const output = sizes.map((size, axis) => {
    const room = size + (border.before[axis] ?? 0) + (border.after[axis] ?? 0) - (extent[axis] ?? 1);
    requireThat(room >= 0, `a kernel that spans ${extent[axis]} does not fit on axis ${axes[axis]?.letter} of ${size}`);
    return Math.floor(room / (spatial.stride[axis] ?? 1)) + 1;
  });
  const shape = outputShape(weight.outputs, output);
  const outputCount = along(shape);
  call.spend('elements', 2 * outputCount);
  call.spend('steps', outputCount * weight.inputs * along(weight.kernel));
  const value = call.number('pad_value');
  const padded = value === 0 ? undefined : withBorder(call, bottom.values, channels, sizes, border, value);
  const geometry: ConvolutionSizes = {
    batch: 1,
    inputChannels: channels,
    outputChannels: weight.outputs,
    groups,
    input: toTriple(padded?.sizes ?? sizes, 1),
    output: toTriple(output, 1),
    kernel: toTriple(weight.kernel, 1),
    stride: toTriple(spatial.stride, 1),
    dilation: toTriple(spatial.dilation, 1),
    padBegin: padded === undefined ? toTriple(border.before, 0) : [0, 0, 0],
  };
  const values = call.arithmetic.convolve(padded?.values ?? bottom.values, weight.values, weight.bias, geometry);
  return activated(call, shape, values);
}

/** A kernel of one element applied to a vector, which is an old way to write an InnerProduct. */
function asInnerProduct(call: LayerCall, weight: ConvolutionWeight): readonly BlobData[] {
  const { values } = call.bottom(0);
  checkChannels(values.length, weight, 1);
  const result = Float64Array.from({ length: weight.outputs }, (_, output) => {
    return call.arithmetic.dotVector(values, 0, weight.values, output * values.length, values.length, weight.bias?.[output] ?? 0);
  });
  return activated(call, [weight.outputs], result);
}

export const convolutionKernel: Kernel = (call) => convolution(call, windowAxisParams[2], true);

export const convolution1DKernel: Kernel = (call) => convolution(call, windowAxisParams[1]);

export const convolution3DKernel: Kernel = (call) => convolution(call, windowAxisParams[3]);

export const convolutionDepthWiseKernel: Kernel = (call) => convolution(call, windowAxisParams[2]);

export const convolutionDepthWise1DKernel: Kernel = (call) => convolution(call, windowAxisParams[1]);

export const convolutionDepthWise3DKernel: Kernel = (call) => convolution(call, windowAxisParams[3]);
