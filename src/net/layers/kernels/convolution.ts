import { type ConvolutionSizes, convolve, convolveTransposed } from '../../../kernels/convolution.ts';
import { convolveDeformable } from '../../../kernels/deformable.ts';
import type { Triple } from '../../../kernels/window.ts';
import { paramFacts } from '../params.ts';
import { fusedActivation } from './activation.ts';
import { type Blob, extents, type Kernel, type KernelFamily, type LayerCall, LayerError, requireThat } from './call.ts';
import { type AxisName, along, axisNames, axisValues, borders, type Spatial, toTriple } from './window.ts';

/** What is convolved with: fed by a blob, or the layer's own. */
interface ConvolutionWeight {
  readonly values: Float32Array;
  readonly bias: Float32Array | undefined;
  readonly kernel: readonly number[];
  readonly outputs: number;
  /** Input channels that an output sees. */
  readonly inputs: number;
}

/** The channels of a blob and its sizes along the axes that a layer of so many slides over. */
function channelsOf(bottom: Blob, axes: readonly AxisName[]): { readonly channels: number; readonly sizes: readonly number[] } {
  const { w, h, d, c, dims } = extents(bottom);
  requireThat(dims <= axes.length + 1, `a blob of ${dims} dims has too many`);
  const sizes = { w, h, d };
  return { channels: axes.length === 1 ? h : c, sizes: axes.map((axis) => sizes[axis]) };
}

function groupsOf(call: LayerCall): number {
  return paramFacts(call.layer.type, 'group') === undefined ? 1 : call.number('group');
}

function isDynamic(call: LayerCall): boolean {
  return paramFacts(call.layer.type, 'dynamic_weight') !== undefined && call.number('dynamic_weight') !== 0;
}

function weightOf(call: LayerCall, axes: readonly AxisName[], groups: number, transposed: boolean): ConvolutionWeight {
  const biased = call.number('bias_term') !== 0;
  if (!isDynamic(call)) {
    const kernel = axisValues(call, 'kernel', axes);
    const outputs = call.number('num_output');
    const values = call.weight(0);
    const inputs = values.length / outputs / along(kernel);
    requireThat(Number.isInteger(inputs) && outputs % groups === 0, `${values.length} weights do not make ${outputs} kernels`);
    return { values, bias: biased ? call.weight(1) : undefined, kernel, outputs, inputs };
  }
  const fed = call.bottom(1);
  const kernel = fed.shape.slice(-axes.length);
  const [first = 1, second = 1] = [...Array.from({ length: axes.length + 2 - fed.shape.length }, () => 1), ...fed.shape];
  requireThat(fed.shape.length === axes.length + 2, `a weight of ${fed.shape.length} dims is fed`);
  const bias = biased ? call.bottom(2).values : undefined;
  if (!transposed) return { values: fed.values, bias, kernel, outputs: first, inputs: second };
  return {
    values: ordered(fed.values, first, second, groups, along(kernel)),
    bias,
    kernel,
    outputs: second * groups,
    inputs: first / groups,
  };
}

/** Weights [inputs, outputs / groups, …] as [outputs, inputs / groups, …]. */
function ordered(values: Float32Array, first: number, second: number, groups: number, taps: number): Float32Array {
  const result = new Float32Array(values.length);
  const inner = first / groups;
  for (let group = 0; group < groups; group++) {
    for (let a = 0; a < inner; a++) {
      for (let b = 0; b < second; b++) {
        const source = ((group * inner + a) * second + b) * taps;
        result.set(values.subarray(source, source + taps), ((group * second + b) * inner + a) * taps);
      }
    }
  }
  return result;
}

/** Applies the fused activation and stores as float32. */
function activated(call: LayerCall, shape: readonly number[], values: Float64Array): readonly Blob[] {
  const activation = fusedActivation(call);
  const result = new Float32Array(values);
  if (activation !== undefined) for (let index = 0; index < result.length; index++) result[index] = activation(values[index] ?? 0);
  return [{ shape, values: result }];
}

function checkChannels(channels: number, { inputs, outputs, bias }: ConvolutionWeight, groups: number): void {
  requireThat(channels === inputs * groups, `the blob has ${channels} channels, but the weights are for ${inputs * groups}`);
  requireThat(bias === undefined || bias.length >= outputs, `there are ${bias?.length} biases for ${outputs} channels`);
}

function outputShape(channels: number, sizes: readonly number[]): readonly number[] {
  requireThat(
    sizes.every((size) => size > 0),
    `the result would have the shape [${[channels, ...sizes].join(',')}]`,
  );
  return [channels, ...sizes];
}

function convolution(axes: readonly AxisName[]): Kernel {
  return (call) => {
    const bottom = call.bottom(0);
    const groups = groupsOf(call);
    const weight = weightOf(call, axes, groups, false);
    if (call.layer.type === 'Convolution' && bottom.shape.length === 1 && along(weight.kernel) === 1 && !isDynamic(call)) {
      return asInnerProduct(call, weight);
    }
    const { channels, sizes } = channelsOf(bottom, axes);
    checkChannels(channels, weight, groups);
    const spatial: Spatial = {
      sizes,
      kernel: weight.kernel,
      stride: axisValues(call, 'stride', axes),
      dilation: axisValues(call, 'dilation', axes),
    };
    const extent = weight.kernel.map((size, axis) => (spatial.dilation[axis] ?? 1) * (size - 1) + 1);
    const border = borders(call, axes, spatial, extent);
    const output = sizes.map((size, axis) => {
      const room = size + (border.before[axis] ?? 0) + (border.after[axis] ?? 0) - (extent[axis] ?? 1);
      requireThat(room >= 0, `a kernel that spans ${extent[axis]} does not fit on axis ${axes[axis]} of ${size}`);
      return Math.floor(room / (spatial.stride[axis] ?? 1)) + 1;
    });
    const value = call.number('pad_value');
    const padded = value === 0 ? undefined : withBorder(bottom.values, channels, sizes, border, value);
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
    const values = convolve(padded?.values ?? bottom.values, weight.values, weight.bias, geometry);
    return activated(call, outputShape(weight.outputs, output), values);
  };
}

/** A vector under a kernel of one element, which is an old way to write an InnerProduct. */
function asInnerProduct(call: LayerCall, weight: ConvolutionWeight): readonly Blob[] {
  const { values } = call.bottom(0);
  checkChannels(values.length, weight, 1);
  const result = Float64Array.from({ length: weight.outputs }, (_, output) => {
    let sum = weight.bias?.[output] ?? 0;
    for (let index = 0; index < values.length; index++) sum += (values[index] ?? 0) * (weight.values[output * values.length + index] ?? 0);
    return sum;
  });
  return activated(call, [weight.outputs], result);
}

/** The channels with a border of some value around each. */
function withBorder(
  values: Float32Array,
  channels: number,
  sizes: readonly number[],
  { before, after }: { readonly before: readonly number[]; readonly after: readonly number[] },
  value: number,
): { readonly values: Float32Array; readonly sizes: readonly number[] } {
  const padded = sizes.map((size, axis) => size + (before[axis] ?? 0) + (after[axis] ?? 0));
  const [, height, width] = toTriple(padded, 1);
  const input: Triple = toTriple(sizes, 1);
  const [front, top, left] = toTriple(before, 0);
  const cells = along(padded);
  const result = new Float32Array(channels * cells).fill(value);
  for (let row = 0; row < channels * input[0] * input[1]; row++) {
    const [channel, z, y] = [Math.floor(row / (input[0] * input[1])), Math.floor(row / input[1]) % input[0], row % input[1]];
    result.set(values.subarray(row * input[2], (row + 1) * input[2]), channel * cells + ((z + front) * height + y + top) * width + left);
  }
  return { values: result, sizes: padded };
}

function deconvolution(axes: readonly AxisName[]): Kernel {
  return (call) => {
    const bottom = call.bottom(0);
    const groups = groupsOf(call);
    const weight = weightOf(call, axes, groups, true);
    const { channels, sizes } = channelsOf(bottom, axes);
    checkChannels(channels, weight, groups);
    const [stride, dilation] = [axisValues(call, 'stride', axes), axisValues(call, 'dilation', axes)];
    const ends: Readonly<Record<AxisName, string>> = { w: 'right', h: 'bottom', d: 'behind' };
    const full = sizes.map((size, axis) => {
      const extent = (dilation[axis] ?? 1) * ((weight.kernel[axis] ?? 1) - 1) + 1;
      return (size - 1) * (stride[axis] ?? 1) + extent + call.number(`output_pad_${ends[axes[axis] ?? 'w']}`);
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
    const values = ordered(weight.values, weight.outputs, weight.inputs, groups, taps);
    return activated(call, shape, convolveTransposed(bottom.values, values, weight.bias, geometry));
  };
}

/** What is cut off from the whole result: the pads, or else what is too much for the declared size. */
function cuts(
  call: LayerCall,
  axes: readonly AxisName[],
  full: readonly number[],
): { readonly before: readonly number[]; readonly after: readonly number[] } {
  const names: Readonly<Record<AxisName, readonly [string, string]>> = {
    w: ['left', 'right'],
    h: ['top', 'bottom'],
    d: ['front', 'behind'],
  };
  const pads = axes.map((axis) => names[axis].map((name) => call.number(`pad_${name}`)));
  const all = pads.flat();
  if (all.some((size) => size > 0)) {
    requireThat(
      all.every((size) => size >= 0),
      'its pads mix sizes and marks',
    );
    return { before: pads.map(([size = 0]) => size), after: pads.map(([, size = 0]) => size) };
  }
  const wanted = axes.map((axis) => call.number(`output_${axis}`));
  if (!wanted.every((size) => size > 0)) return { before: axes.map(() => 0), after: axes.map(() => 0) };
  const surplus = full.map((size, axis) => size - (wanted[axis] ?? 0));
  requireThat(
    surplus.every((size) => size >= 0),
    `the declared size [${wanted.join(',')}] is larger than the result [${full.join(',')}]`,
  );
  const less = surplus.map((size) => Math.trunc(size / 2));
  const more = surplus.map((size, axis) => size - (less[axis] ?? 0));
  if (all.includes(-233)) return { before: less, after: more };
  if (all.includes(-234)) return { before: more, after: less };
  throw new LayerError('it declares a size, but no way to cut the result to it');
}

const deformable: Kernel = (call) => {
  const axes = axisNames[2];
  const bottom = call.bottom(0);
  const weight = weightOf(call, axes, 1, false);
  const { channels, sizes } = channelsOf(bottom, axes);
  checkChannels(channels, weight, 1);
  const [stride, dilation] = [axisValues(call, 'stride', axes), axisValues(call, 'dilation', axes)];
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

/** Unfold: a row for each channel and tap, a column for each place of the window. */
const unfold: Kernel = (call) => {
  const axes = axisNames[2];
  const bottom = call.bottom(0);
  const { channels, sizes } = channelsOf(bottom, axes);
  const [kernel, stride, dilation] = [
    axisValues(call, 'kernel', axes),
    axisValues(call, 'stride', axes),
    axisValues(call, 'dilation', axes),
  ];
  const extent = kernel.map((size, axis) => (dilation[axis] ?? 1) * (size - 1) + 1);
  const border = borders(call, axes, { sizes, kernel, stride, dilation }, extent);
  const padded = withBorder(bottom.values, channels, sizes, border, call.number('pad_value'));
  const output = padded.sizes.map((size, axis) => Math.floor((size - (extent[axis] ?? 1)) / (stride[axis] ?? 1)) + 1);
  const shape = outputShape(along(kernel) * channels, [along(output)]);
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  eachTap(channels, kernel, output, stride, dilation, padded.sizes, (place, cell) => {
    values[place] = padded.values[cell] ?? 0;
  });
  return [{ shape, values }];
};

/** Fold: adds the columns of an Unfold up where they overlap. */
const fold: Kernel = (call) => {
  const axes = axisNames[2];
  const bottom = call.bottom(0);
  const [kernel, stride, dilation] = [
    axisValues(call, 'kernel', axes),
    axisValues(call, 'stride', axes),
    axisValues(call, 'dilation', axes),
  ];
  const pad = (name: string): number => call.number(`pad_${name}`);
  const wanted = axisValues(call, 'output', axes);
  const [before, after] = [
    [pad('top'), pad('left')],
    [pad('bottom'), pad('right')],
  ];
  const sizes = wanted.map((size, axis) => size + (before[axis] ?? 0) + (after[axis] ?? 0));
  const places = sizes.map((size, axis) => {
    const extent = (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
    return Math.floor((size - extent) / (stride[axis] ?? 1)) + 1;
  });
  const { w, h, dims } = extents(bottom);
  const channels = Math.trunc(h / along(kernel));
  requireThat(dims === 2 && w === along(places), `${along(places)} places are to be folded, but the blob has ${w}`);
  const sums = new Float64Array(channels * along(sizes));
  eachTap(channels, kernel, places, stride, dilation, sizes, (place, cell) => {
    sums[cell] = (sums[cell] ?? 0) + (bottom.values[place] ?? 0);
  });
  const shape = outputShape(channels, wanted);
  const [height = 1, width = 1] = wanted;
  const [tall = 1, wide = 1] = sizes;
  const values = Float32Array.from({ length: channels * height * width }, (_, index) => {
    const [channel, y, x] = [Math.floor(index / (height * width)), Math.floor(index / width) % height, index % width];
    return sums[(channel * tall + y + (before[0] ?? 0)) * wide + x + (before[1] ?? 0)] ?? 0;
  });
  return [{ shape, values }];
};

/** Calls `visit` with the index among the columns and that among the cells of every tap of every window. */
function eachTap(
  channels: number,
  [kernelHeight = 1, kernelWidth = 1]: readonly number[],
  [rows = 1, columns = 1]: readonly number[],
  [strideHeight = 1, strideWidth = 1]: readonly number[],
  [dilationHeight = 1, dilationWidth = 1]: readonly number[],
  [height = 1, width = 1]: readonly number[],
  visit: (place: number, cell: number) => void,
): void {
  let place = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let u = 0; u < kernelHeight; u++) {
      for (let v = 0; v < kernelWidth; v++) {
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < columns; j++) {
            visit(place++, (channel * height + i * strideHeight + u * dilationHeight) * width + j * strideWidth + v * dilationWidth);
          }
        }
      }
    }
  }
}

export const convolutionKernels: KernelFamily = {
  Convolution: convolution(axisNames[2]),
  Convolution1D: convolution(axisNames[1]),
  Convolution3D: convolution(axisNames[3]),
  ConvolutionDepthWise: convolution(axisNames[2]),
  ConvolutionDepthWise1D: convolution(axisNames[1]),
  ConvolutionDepthWise3D: convolution(axisNames[3]),
  Deconvolution: deconvolution(axisNames[2]),
  Deconvolution1D: deconvolution(axisNames[1]),
  Deconvolution3D: deconvolution(axisNames[3]),
  DeconvolutionDepthWise: deconvolution(axisNames[2]),
  DeconvolutionDepthWise1D: deconvolution(axisNames[1]),
  DeconvolutionDepthWise3D: deconvolution(axisNames[3]),
  DeformableConv2D: deformable,
  Fold: fold,
  Unfold: unfold,
};
