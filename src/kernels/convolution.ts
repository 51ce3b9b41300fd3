import { multiplyPacked, packRows } from './blockedProduct.ts';
import { type Sliding, type Triple, volume } from './window.ts';

export interface ConvolutionSizes extends Sliding {
  readonly batch: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly groups: number;
}

type Numbers = ArrayLike<number>;

/**
 * Convolution (cross-correlation) of `x` [batch, inputChannels, d, h, w] with `weight` [outputChannels, inputChannels / groups, kd, kh,
 * kw], accumulated in float64. Elements outside `x` are 0.
 */
export function convolve(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const { batch, inputChannels, outputChannels, groups } = sizes;
  const [inputs, outputs] = [inputChannels / groups, outputChannels / groups];
  const outputVolume = volume(sizes.output);
  const result = new Float64Array(batch * outputChannels * outputVolume);
  const padded = withBorders(x, batch * inputChannels, sizes);
  const paddedVolume = volume(padded.sizes);
  const tapOffsets = offsetsOf(sizes.kernel, sizes.dilation, padded.sizes);
  const columnOffsets = offsetsOf(sizes.output, sizes.stride, padded.sizes);
  const rowOffsets = repeated(tapOffsets, inputs, paddedVolume);
  const inner = rowOffsets.length;
  for (let group = 0; group < groups; group++) {
    const firstOutput = group * outputs;
    const packed = outputs === 1 ? undefined : packRows(outputs, inner, (row, index) => weight[(firstOutput + row) * inner + index] ?? 0);
    for (let n = 0; n < batch; n++) {
      const source = (n * inputChannels + group * inputs) * paddedVolume;
      const values = padded.values.subarray(source, source + inputs * paddedVolume);
      const target = (n * outputChannels + firstOutput) * outputVolume;
      const biasOf = (row: number): number => bias?.[firstOutput + row] ?? 0;
      if (packed !== undefined) multiplyPacked(packed, outputs, { values, rowOffsets, columnOffsets }, result, target, biasOf);
      else {
        const taps = Float64Array.from({ length: inner }, (_, index) => weight[firstOutput * inner + index] ?? 0);
        correlate(values, rowOffsets, columnOffsets, taps, biasOf(0), result.subarray(target, target + outputVolume));
      }
    }
  }
  return result;
}

/** One output channel of a depthwise convolution. */
function correlate(
  values: Float64Array,
  rowOffsets: Int32Array,
  columnOffsets: Int32Array,
  taps: Float64Array,
  bias: number,
  target: Float64Array,
): void {
  for (let column = 0; column < target.length; column++) {
    const base = columnOffsets[column] ?? 0;
    let sum = 0;
    for (let tap = 0; tap < taps.length; tap++) sum += (taps[tap] ?? 0) * (values[base + (rowOffsets[tap] ?? 0)] ?? 0);
    target[column] = sum + bias;
  }
}

interface Padded {
  readonly values: Float64Array;
  readonly sizes: Triple;
}

/** The planes with a zero border, exactly as large as the windows need. */
function withBorders(x: Numbers, planes: number, { input, output, kernel, stride, dilation, padBegin }: Sliding): Padded {
  const reach = (axis: 0 | 1 | 2): number => (output[axis] - 1) * stride[axis] + (kernel[axis] - 1) * dilation[axis] + 1;
  const sizes: Triple = [reach(0), reach(1), reach(2)];
  // Use a single array type, so that the inner loops are compiled for it.
  const source = x instanceof Float64Array ? x : new Float64Array(x);
  if ([0, 1, 2].every((axis) => sizes[axis] === input[axis] && padBegin[axis] === 0)) return { values: source, sizes };
  const [depth, height, width] = sizes;
  const values = new Float64Array(planes * depth * height * width);
  const first = Math.max(0, -padBegin[2]);
  const end = Math.min(input[2], width - padBegin[2]);
  if (end <= first) return { values, sizes };
  for (let plane = 0; plane < planes; plane++) {
    for (let z = Math.max(0, padBegin[0]); z < Math.min(depth, input[0] + padBegin[0]); z++) {
      for (let y = Math.max(0, padBegin[1]); y < Math.min(height, input[1] + padBegin[1]); y++) {
        const row = ((plane * input[0] + z - padBegin[0]) * input[1] + y - padBegin[1]) * input[2];
        values.set(source.subarray(row + first, row + end), ((plane * depth + z) * height + y) * width + padBegin[2] + first);
      }
    }
  }
  return { values, sizes };
}

/** Offsets of the elements of a grid within a plane, with a step along each axis. */
function offsetsOf([depth, height, width]: Triple, step: Triple, [, rows, columns]: Triple): Int32Array {
  const offsets = new Int32Array(depth * height * width);
  let index = 0;
  for (let z = 0; z < depth; z++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) offsets[index++] = (z * step[0] * rows + y * step[1]) * columns + x * step[2];
    }
  }
  return offsets;
}

/** Repeats the offsets for several planes. */
function repeated(offsets: Int32Array, planes: number, planeVolume: number): Int32Array {
  const all = new Int32Array(planes * offsets.length);
  for (let plane = 0, index = 0; plane < planes; plane++) {
    for (const offset of offsets) all[index++] = plane * planeVolume + offset;
  }
  return all;
}

/**
 * Transposed convolution of `x` [batch, inputChannels, d, h, w] with `weight` [inputChannels, outputChannels / groups, kd, kh, kw]. Each
 * element of `x` adds its multiple of the kernel to the output; `padBegin` elements are removed from the start of each axis, and everything
 * beyond `output` from its end.
 */
export function convolveTransposed(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const { batch, inputChannels, outputChannels, groups } = sizes;
  const [inputs, outputs] = [inputChannels / groups, outputChannels / groups];
  const [inputVolume, outputVolume, kernelVolume] = [volume(sizes.input), volume(sizes.output), volume(sizes.kernel)];
  const result = new Float64Array(batch * outputChannels * outputVolume);
  const source = x instanceof Float64Array ? x : new Float64Array(x);
  const columnOffsets = Int32Array.from({ length: inputVolume }, (_, index) => index);
  const rowOffsets = Int32Array.from({ length: inputs }, (_, input) => input * inputVolume);
  // The products of all input elements with all kernel elements, for one output channel at a time.
  const products = new Float64Array(kernelVolume * inputVolume);
  for (let o = 0; o < outputChannels; o++) {
    const group = Math.floor(o / outputs);
    const output = o - group * outputs;
    const tapOf = (tap: number, input: number): number => weight[((group * inputs + input) * outputs + output) * kernelVolume + tap] ?? 0;
    const packed = packRows(kernelVolume, inputs, tapOf);
    for (let n = 0; n < batch; n++) {
      const first = (n * inputChannels + group * inputs) * inputVolume;
      const values = source.subarray(first, first + inputs * inputVolume);
      multiplyPacked(packed, kernelVolume, { values, rowOffsets, columnOffsets }, products, 0, undefined);
      const target = result.subarray((n * outputChannels + o) * outputVolume, (n * outputChannels + o + 1) * outputVolume);
      if (bias !== undefined) target.fill(bias[o] ?? 0);
      scatter(products, target, sizes, (sum) => sum);
    }
  }
  return result;
}

/** Adds the products [taps, input elements] at their positions in the output, and rounds each sum. */
export function scatter(products: Float64Array, target: Float64Array, sizes: Sliding, round: (sum: number) => number): void {
  const [inputDepth, inputHeight, inputWidth] = sizes.input;
  const [outputDepth, outputHeight, outputWidth] = sizes.output;
  let plane = 0;
  for (let kd = 0; kd < sizes.kernel[0]; kd++) {
    for (let kh = 0; kh < sizes.kernel[1]; kh++) {
      for (let kw = 0; kw < sizes.kernel[2]; kw++, plane += inputDepth * inputHeight * inputWidth) {
        for (let d = 0; d < inputDepth; d++) {
          const od = d * sizes.stride[0] + kd * sizes.dilation[0] - sizes.padBegin[0];
          if (od < 0 || od >= outputDepth) continue;
          for (let h = 0; h < inputHeight; h++) {
            const oh = h * sizes.stride[1] + kh * sizes.dilation[1] - sizes.padBegin[1];
            if (oh < 0 || oh >= outputHeight) continue;
            const row = plane + (d * inputHeight + h) * inputWidth;
            const targetRow = (od * outputHeight + oh) * outputWidth;
            for (let w = 0; w < inputWidth; w++) {
              const ow = w * sizes.stride[2] + kw * sizes.dilation[2] - sizes.padBegin[2];
              if (ow < 0 || ow >= outputWidth) continue;
              target[targetRow + ow] = round((target[targetRow + ow] ?? 0) + (products[row + w] ?? 0));
            }
          }
        }
      }
    }
  }
}
