import { fixShapes } from '../../../diagnostics/remedies.ts';
import type { BlobDimension } from '../../../net/net.ts';
import { computedWeight, floatsOf, type Weight } from '../../../net/weight.ts';
import {
  type ConvertLayer,
  invalid,
  type LayerContext,
  type LayerRules,
  oneSample,
  onlyInput,
  positiveAxis,
  unsupported,
  usualValue,
} from '../layer.ts';
import type { MessageOf } from '../messages.ts';

/** Kernel settings along the spatial axes, outermost first. */
interface Window {
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly pad: readonly number[];
  readonly dilation: readonly number[];
}

type Param = MessageOf<'ConvolutionParameter'>;

function windowOf(param: Param, axes: number): Window {
  const perAxis = (values: readonly number[], otherwise: number | undefined, what: string): readonly number[] => {
    const [first = otherwise] = values;
    if (first === undefined) throw invalid(`\`${what}\` is missing`);
    if (values.length > 1 && values.length !== axes) throw invalid(`expected 1 or ${axes} values of \`${what}\`, got ${values.length}`);
    return values.length > 1 ? values : Array.from({ length: axes }, () => first);
  };
  // Separate height and width settings apply only to two axes, and only if both are given.
  const pair = (height: number | undefined, width: number | undefined): readonly number[] =>
    axes === 2 && height !== undefined && width !== undefined ? [height, width] : [];
  const either = (both: readonly number[], values: readonly number[]): readonly number[] => (both.length > 0 ? both : values);
  const padded = param.pad_h !== 0 || param.pad_w !== 0 ? pair(param.pad_h, param.pad_w) : [];
  const window = {
    kernel: perAxis(either(pair(param.kernel_h, param.kernel_w), param.kernel_size), undefined, 'kernel_size'),
    stride: perAxis(either(pair(param.stride_h, param.stride_w), param.stride), 1, 'stride'),
    pad: perAxis(either(padded, param.pad), 0, 'pad'),
    dilation: perAxis(param.dilation, 1, 'dilation'),
  };
  if ([...window.kernel, ...window.stride, ...window.dilation].some((size) => size < 1))
    throw invalid('kernel, stride and dilation must be 1 or more');
  return window;
}

/** ncnn's parameters for a kernel over one, two or three axes. */
function windowParams({ kernel, stride, pad, dilation }: Window): WindowParams {
  const along = (values: readonly number[], fromEnd: number): number => values[values.length - 1 - fromEnd] ?? 0;
  return {
    kernel_w: along(kernel, 0),
    dilation_w: along(dilation, 0),
    stride_w: along(stride, 0),
    pad_left: along(pad, 0),
    ...(kernel.length < 2
      ? {}
      : { kernel_h: along(kernel, 1), dilation_h: along(dilation, 1), stride_h: along(stride, 1), pad_top: along(pad, 1) }),
  };
}

interface WindowParams {
  readonly kernel_w: number;
  readonly dilation_w: number;
  readonly stride_w: number;
  readonly pad_left: number;
  readonly kernel_h?: number;
  readonly dilation_h?: number;
  readonly stride_h?: number;
  readonly pad_top?: number;
}

const convolve =
  (transposed: boolean, depthwise: boolean): ConvertLayer =>
  (context) => {
    const value = onlyInput(context);
    const param = context.message.convolution_param;
    if (param === undefined) throw invalid('`convolution_param` is missing');
    const { num_output: outputs, bias_term: bias } = param;
    if (outputs === undefined || outputs < 1) throw invalid('`num_output` is missing');
    const { shape } = value;
    const axis = positiveAxis(param.axis, shape.length);
    const before = shape.slice(0, axis);
    for (const [index, size] of before.entries()) {
      if (index === 0) oneSample(size);
      else if (size !== 1)
        throw unsupported(`the convolution goes over the axes after ${axis}, but axis ${index} before them has size ${size}`);
    }
    const spatial = shape.slice(axis + 1);
    if (spatial.length < 1 || spatial.length > 3)
      throw unsupported(`the convolution goes over ${spatial.length} axes; ncnn supports 1 to 3`);
    const window = windowOf(param, spatial.length);
    const group = depthwise ? outputs : param.group;
    const kernelSize = window.kernel.reduce((size, extent) => size * extent, 1);
    const channels = inputChannels(context, shape[axis], { outputs, group, kernelSize, transposed });
    if (group < 1 || outputs % group !== 0 || channels % group !== 0) {
      throw invalid(`${channels} channels and ${outputs} outputs cannot be divided into ${group} groups`);
    }
    const stored = transposed ? [channels, outputs / group, ...window.kernel] : [outputs, channels / group, ...window.kernel];
    const size = stored.reduce((count, extent) => count * extent, 1);
    const filler = param.weight_filler?.type;
    const storedWeight = context.blobs.length === 0 && filler === 'bilinear' ? bilinear(stored) : context.weight(0, 'weights', stored);
    const weight = transposed ? swapped(storedWeight, group, channels / group, outputs / group, kernelSize) : storedWeight;
    const weights = [weight, ...(bias ? [context.weight(1, 'biases', [outputs])] : [])];
    const resized = spatial.map((extent, index) => outputSize(context, extent, window, index, transposed));
    const result = [outputs, ...resized];
    const source = context.view(value, [shape[axis] ?? channels, ...spatial]);
    const params = { num_output: outputs, ...windowParams(window), bias_term: bias ? 1 : 0, weight_data_size: size };
    const options = { weights };
    const blob = emitConvolution(context, transposed, group, spatial.length, params, window, source, result, options);
    return [{ ...usualValue(blob, [...before, ...result]), blobShape: result }];
  };

function emitConvolution(
  context: LayerContext,
  transposed: boolean,
  group: number,
  axes: number,
  params: WindowParams & { readonly num_output: number; readonly bias_term: number; readonly weight_data_size: number },
  window: Window,
  source: string,
  result: readonly BlobDimension[],
  options: { readonly weights: readonly Weight[] },
): string {
  const { kernel_w, dilation_w, stride_w, pad_left, num_output, bias_term, weight_data_size } = params;
  const grouped = group === 1 ? {} : { group };
  if (axes === 1) {
    const flat = { kernel_w, dilation_w, stride_w, pad_left, num_output, bias_term, weight_data_size };
    if (transposed) {
      return group === 1
        ? context.emit('Deconvolution1D', flat, [source], result, options)
        : context.emit('DeconvolutionDepthWise1D', { ...flat, group }, [source], result, options);
    }
    return group === 1
      ? context.emit('Convolution1D', flat, [source], result, options)
      : context.emit('ConvolutionDepthWise1D', { ...flat, group }, [source], result, options);
  }
  if (axes === 3) {
    const [kernel_d = 1] = window.kernel;
    const [stride_d = 1] = window.stride;
    const [dilation_d = 1] = window.dilation;
    const [pad_front = 0] = window.pad;
    const deep = { ...params, kernel_d, stride_d, dilation_d, pad_front };
    if (transposed) {
      return group === 1
        ? context.emit('Deconvolution3D', deep, [source], result, options)
        : context.emit('DeconvolutionDepthWise3D', { ...deep, group }, [source], result, options);
    }
    return group === 1
      ? context.emit('Convolution3D', deep, [source], result, options)
      : context.emit('ConvolutionDepthWise3D', { ...deep, group }, [source], result, options);
  }
  if (transposed) {
    return group === 1
      ? context.emit('Deconvolution', params, [source], result, options)
      : context.emit('DeconvolutionDepthWise', { ...params, ...grouped }, [source], result, options);
  }
  return group === 1
    ? context.emit('Convolution', params, [source], result, options)
    : context.emit('ConvolutionDepthWise', { ...params, ...grouped }, [source], result, options);
}

interface Sizes {
  readonly outputs: number;
  readonly group: number;
  readonly kernelSize: number;
  readonly transposed: boolean;
}

/** The channels of the bottom. If they are dynamic, the number follows from the weights. */
function inputChannels(
  context: LayerContext,
  channels: BlobDimension | undefined,
  { outputs, group, kernelSize, transposed }: Sizes,
): number {
  if (typeof channels === 'number') return channels;
  const count = context.blobs[0]?.count;
  if (count === undefined) throw invalid('the number of channels cannot be determined without weights', fixShapes);
  const channelCount = transposed ? (count * group) / (outputs * kernelSize) : (count / (outputs * kernelSize)) * group;
  if (!Number.isInteger(channelCount)) throw invalid('the size of the weights does not match any number of channels');
  return channelCount;
}

function outputSize(context: LayerContext, size: BlobDimension, window: Window, axis: number, transposed: boolean): BlobDimension {
  const { kernel, stride, pad, dilation } = window;
  const step = stride[axis] ?? 1;
  const padding = 2 * (pad[axis] ?? 0);
  const extent = (dilation[axis] ?? 1) * ((kernel[axis] ?? 1) - 1) + 1;
  if (typeof size === 'string') return step === 1 && padding === extent - 1 ? size : context.symbol(axisName(axis, kernel.length));
  const result = transposed ? step * (size - 1) + extent - padding : Math.floor((size + padding - extent) / step) + 1;
  if (result < 1) throw invalid(`the window of ${extent} is larger than the ${size} elements of the bottom, padded by ${padding}`);
  return result;
}

function axisName(axis: number, axes: number): string {
  return ['depth', 'height', 'width'][3 - axes + axis] ?? `axis${axis}`;
}

/**
 * Transposes weights from [group][in][out][kernel] to [group][out][in][kernel]: Caffe stores deconvolution weights by input, ncnn by
 * output.
 */
function swapped(weight: Weight, groups: number, inputs: number, outputs: number, kernel: number): Weight {
  if (inputs === 1 || outputs === 1) return weight;
  return computedWeight(weight.length, () => {
    const source = floatsOf(weight);
    const target = new Float32Array(source.length);
    for (let group = 0; group < groups; group++) {
      const base = group * inputs * outputs * kernel;
      for (let input = 0; input < inputs; input++) {
        for (let output = 0; output < outputs; output++) {
          const from = base + (input * outputs + output) * kernel;
          target.set(source.subarray(from, from + kernel), base + (output * inputs + input) * kernel);
        }
      }
    }
    return target;
  });
}

/** The weights of Caffe's bilinear filler. Segmentation nets depend on them when no weights were learned. */
function bilinear(shape: readonly number[]): Weight {
  const width = shape.at(-1) ?? 1;
  const length = shape.reduce((size, axis) => size * axis, 1);
  const factor = Math.ceil(width / 2);
  const center = (2 * factor - 1 - (factor % 2)) / (2 * factor);
  return computedWeight(length, () =>
    Float32Array.from({ length }, (_, index) => {
      const x = index % width;
      const y = Math.floor(index / width) % width;
      return (1 - Math.abs(x / factor - center)) * (1 - Math.abs(y / factor - center));
    }),
  );
}

export const convolutionLayerRules: LayerRules = {
  Convolution: convolve(false, false),
  ConvolutionDepthwise: convolve(false, true),
  DepthwiseConvolution: convolve(false, true),
  Deconvolution: convolve(true, false),
  DeconvolutionDepthwise: convolve(true, true),
};
