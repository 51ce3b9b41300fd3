import { type Sliding, volume } from './window.ts';

export interface ConvolutionSizes extends Sliding {
  readonly batch: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly groups: number;
}

type Numbers = ArrayLike<number>;

/**
 * Convolution (cross-correlation) of `x` [batch, inputChannels, d, h, w] with `weight`
 * [outputChannels, inputChannels / groups, kd, kh, kw], summed in float64. Cells outside `x` are 0.
 */
export function convolve(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const { batch, inputChannels, outputChannels, groups } = sizes;
  const inputVolume = volume(sizes.input);
  const outputVolume = volume(sizes.output);
  const kernelVolume = volume(sizes.kernel);
  const inputs = inputChannels / groups;
  const outputs = outputChannels / groups;
  const result = new Float64Array(batch * outputChannels * outputVolume);
  // One array type, for which the inner loop is compiled.
  const values = x instanceof Float64Array ? x : new Float64Array(x);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputChannels; o++) {
      const target = result.subarray((n * outputChannels + o) * outputVolume, (n * outputChannels + o + 1) * outputVolume);
      if (bias !== undefined) target.fill(bias[o] ?? 0);
      const firstInput = Math.floor(o / outputs) * inputs;
      const source = (n * inputChannels + firstInput) * inputVolume;
      for (let i = 0; i < inputs; i += blockSize) {
        const block = { source: source + i * inputVolume, inputVolume, count: Math.min(blockSize, inputs - i) };
        correlate(values, block, weight, (o * inputs + i) * kernelVolume, target, sizes);
      }
    }
  }
  return result;
}

/** Channels whose multiples are added in one go: each element of the result is then loaded and stored once for all of them. */
const blockSize = 4;

interface ChannelBlock {
  /** Where the first channel begins. */
  readonly source: number;
  readonly inputVolume: number;
  /** At most `blockSize`. */
  readonly count: number;
}

/** Adds the correlation of some channels with their kernels to `target`. */
function correlate(x: Float64Array, block: ChannelBlock, weight: Numbers, firstTap: number, target: Float64Array, sizes: Sliding): void {
  const [inputDepth, inputHeight, inputWidth] = sizes.input;
  const [outputDepth, outputHeight, outputWidth] = sizes.output;
  const kernelVolume = volume(sizes.kernel);
  const { source, inputVolume, count } = block;
  const add = (offset: number, step: number, first: number, length: number, tap: number): void => {
    if (count === blockSize) {
      const factors = [0, 1, 2, 3].map((channel) => weight[tap + channel * kernelVolume] ?? 0);
      addMultiples(x, source + offset, inputVolume, step, target, first, length, factors);
      return;
    }
    for (let channel = 0; channel < count; channel++) {
      addMultiple(x, source + channel * inputVolume + offset, step, target, first, length, weight[tap + channel * kernelVolume] ?? 0);
    }
  };
  if (isPointwise(sizes)) {
    add(0, 1, 0, target.length, firstTap);
    return;
  }
  let tap = firstTap;
  for (let kd = 0; kd < sizes.kernel[0]; kd++) {
    for (let kh = 0; kh < sizes.kernel[1]; kh++) {
      for (let kw = 0; kw < sizes.kernel[2]; kw++, tap++) {
        const shift = kw * sizes.dilation[2] - sizes.padBegin[2];
        // The columns of the output whose cell lies inside of the row.
        const first = Math.max(0, Math.ceil(-shift / sizes.stride[2]));
        const end = Math.min(outputWidth, Math.floor((inputWidth - 1 - shift) / sizes.stride[2]) + 1);
        if (end <= first) continue;
        for (let od = 0; od < outputDepth; od++) {
          const d = od * sizes.stride[0] + kd * sizes.dilation[0] - sizes.padBegin[0];
          if (d < 0 || d >= inputDepth) continue;
          for (let oh = 0; oh < outputHeight; oh++) {
            const h = oh * sizes.stride[1] + kh * sizes.dilation[1] - sizes.padBegin[1];
            if (h < 0 || h >= inputHeight) continue;
            const row = (d * inputHeight + h) * inputWidth + shift + first * sizes.stride[2];
            add(row, sizes.stride[2], (od * outputHeight + oh) * outputWidth + first, end - first, tap);
          }
        }
      }
    }
  }
}

/** Whether every cell of the output is made of the cell of the input at the same place. */
function isPointwise({ input, output, kernel, stride, padBegin }: Sliding): boolean {
  return [0, 1, 2].every(
    (axis) => kernel[axis] === 1 && padBegin[axis] === 0 && output[axis] === input[axis] && (stride[axis] === 1 || output[axis] === 1),
  );
}

/** Adds multiples of evenly spaced elements of four channels to a run of others: where convolutions spend their time. */
function addMultiples(
  x: Float64Array,
  source: number,
  channelStep: number,
  step: number,
  target: Float64Array,
  first: number,
  count: number,
  [a = 0, b = 0, c = 0, d = 0]: readonly number[],
): void {
  let [s0, s1, s2, s3] = [source, source + channelStep, source + 2 * channelStep, source + 3 * channelStep];
  for (let index = first; index < first + count; index++) {
    target[index] = (target[index] ?? 0) + (x[s0] ?? 0) * a + (x[s1] ?? 0) * b + (x[s2] ?? 0) * c + (x[s3] ?? 0) * d;
    s0 += step;
    s1 += step;
    s2 += step;
    s3 += step;
  }
}

/** Adds a multiple of evenly spaced elements to a run of others. */
function addMultiple(
  x: Float64Array,
  source: number,
  step: number,
  target: Float64Array,
  first: number,
  count: number,
  factor: number,
): void {
  for (let index = 0; index < count; index++) {
    target[first + index] = (target[first + index] ?? 0) + (x[source + index * step] ?? 0) * factor;
  }
}

/**
 * Transposed convolution of `x` [batch, inputChannels, d, h, w] with `weight` [inputChannels, outputChannels / groups, kd, kh, kw]:
 * each element of `x` adds its multiple of the kernel to the output, from which `padBegin` cells are cut off in
 * front of each axis and what lies behind `output`.
 */
export function convolveTransposed(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const { batch, inputChannels, outputChannels, groups } = sizes;
  const inputVolume = volume(sizes.input);
  const outputVolume = volume(sizes.output);
  const kernelVolume = volume(sizes.kernel);
  const inputs = inputChannels / groups;
  const outputs = outputChannels / groups;
  const result = new Float64Array(batch * outputChannels * outputVolume);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputChannels; o++) {
      const target = result.subarray((n * outputChannels + o) * outputVolume, (n * outputChannels + o + 1) * outputVolume);
      if (bias !== undefined) target.fill(bias[o] ?? 0);
      const group = Math.floor(o / outputs);
      for (let i = group * inputs; i < (group + 1) * inputs; i++) {
        const firstTap = (i * outputs + (o - group * outputs)) * kernelVolume;
        scatter(x, (n * inputChannels + i) * inputVolume, weight, firstTap, target, sizes);
      }
    }
  }
  return result;
}

/** Adds the transposed correlation of one channel with one kernel to `target`. */
function scatter(x: Numbers, source: number, weight: Numbers, firstTap: number, target: Float64Array, sizes: Sliding): void {
  const [inputDepth, inputHeight, inputWidth] = sizes.input;
  const [outputDepth, outputHeight, outputWidth] = sizes.output;
  let tap = firstTap;
  for (let kd = 0; kd < sizes.kernel[0]; kd++) {
    for (let kh = 0; kh < sizes.kernel[1]; kh++) {
      for (let kw = 0; kw < sizes.kernel[2]; kw++) {
        const factor = weight[tap++] ?? 0;
        for (let d = 0; d < inputDepth; d++) {
          const od = d * sizes.stride[0] + kd * sizes.dilation[0] - sizes.padBegin[0];
          if (od < 0 || od >= outputDepth) continue;
          for (let h = 0; h < inputHeight; h++) {
            const oh = h * sizes.stride[1] + kh * sizes.dilation[1] - sizes.padBegin[1];
            if (oh < 0 || oh >= outputHeight) continue;
            const row = source + (d * inputHeight + h) * inputWidth;
            const targetRow = (od * outputHeight + oh) * outputWidth;
            for (let w = 0; w < inputWidth; w++) {
              const ow = w * sizes.stride[2] + kw * sizes.dilation[2] - sizes.padBegin[2];
              if (ow < 0 || ow >= outputWidth) continue;
              target[targetRow + ow] = (target[targetRow + ow] ?? 0) + (x[row + w] ?? 0) * factor;
            }
          }
        }
      }
    }
  }
}
