import { type ConvolutionSizes, scatter } from '../convolution.ts';
import { volume } from '../window.ts';
import { addPair, pairOf } from './accumulate.ts';
import { roundHalf } from './round.ts';
import { convolveWinograd, winogradFor } from './winograd.ts';

type Numbers = ArrayLike<number>;

/** Dot product in float16, with one rounding per term like a fused multiply-add. */
export function dotHalf(a: Numbers, firstA: number, b: Numbers, firstB: number, length: number, start: number): number {
  let sum = roundHalf(start);
  for (let index = 0; index < length; index++) sum = roundHalf(sum + (a[firstA + index] ?? 0) * (b[firstB + index] ?? 0));
  return sum;
}

/** Like {@link dotHalf}, with eight sums for the terms in turn, which are added at the end, as ncnn's InnerProduct does for a vector. */
export function dotLanesHalf(a: Numbers, firstA: number, b: Numbers, firstB: number, length: number, start: number): number {
  const lanes = 8;
  const sums = new Float64Array(lanes);
  sums[0] = roundHalf(start);
  const whole = length - (length % lanes);
  for (let index = 0; index < length; index++) {
    // Four of the last terms have a sum each; the others are added to the first.
    const lane = index < whole || (index < whole + 4 && whole + 4 <= length) ? index % lanes : 0;
    sums[lane] = roundHalf((sums[lane] ?? 0) + (a[firstA + index] ?? 0) * (b[firstB + index] ?? 0));
  }
  for (let step = 1; step < lanes; step *= 2)
    for (let lane = 0; lane < lanes; lane += 2 * step) sums[lane] = roundHalf((sums[lane] ?? 0) + (sums[lane + step] ?? 0));
  return sums[0] ?? 0;
}

/** Like {@link dotHalf}, with four sums and the second operand rounded to float16, as for the gates of ncnn's recurrent layers. */
export function dotGateHalf(a: Numbers, firstA: number, b: Numbers, firstB: number, length: number, start: number): number {
  const sums = [roundHalf(start), 0, 0, 0];
  const whole = length - (length % sums.length);
  for (let index = 0; index < length; index++) {
    const lane = index < whole ? index % sums.length : 0;
    sums[lane] = roundHalf((sums[lane] ?? 0) + (a[firstA + index] ?? 0) * roundHalf(b[firstB + index] ?? 0));
  }
  const [first = 0, second = 0, third = 0, fourth = 0] = sums;
  return roundHalf(roundHalf(first + second) + roundHalf(third + fourth));
}

/**
 * Like `convolve`, with float16 sums as in ncnn's ARM layers with fp16 arithmetic: Winograd's algorithm for 3x3 kernels with stride 1;
 * otherwise one kernel element after the other, starting with the bias.
 */
export function convolveHalf(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const { batch, inputChannels, outputChannels, groups, output } = sizes;
  const [inputs, outputs] = [inputChannels / groups, outputChannels / groups];
  const group: ConvolutionSizes = { ...sizes, batch: 1, groups: 1, inputChannels: inputs, outputChannels: outputs };
  const winograd = winogradFor(group);
  if (winograd !== undefined) return convolveGroups(x, weight, bias, sizes, (...call) => convolveWinograd(...call, group, winograd));
  const [taps, cells] = [volume(sizes.kernel), volume(output)];
  const result = new Float64Array(batch * outputChannels * cells);
  const [first, second] = [new Float64Array(cells), new Float64Array(cells)];
  const bounds = new Float64Array(outputChannels);
  const inner = inputs * taps;
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputChannels; o++) {
      const start = roundHalf(bias?.[o] ?? 0);
      result.fill(start, (n * outputChannels + o) * cells, (n * outputChannels + o + 1) * cells);
      bounds[o] = Math.abs(start);
    }
    for (let group = 0; group < groups; group++) {
      const firstInput = n * inputChannels + group * inputs;
      for (let index = 0; index < inner; index += 2) {
        gather(x, firstInput, index, sizes, first);
        if (index + 1 < inner) gather(x, firstInput, index + 1, sizes, second);
        else second.fill(0);
        const pair = pairOf(first, second);
        for (let o = group * outputs; o < (group + 1) * outputs; o++) {
          const [a, b] = [weight[o * inner + index] ?? 0, index + 1 < inner ? (weight[o * inner + index + 1] ?? 0) : 0];
          bounds[o] = addPair(result, (n * outputChannels + o) * cells, pair, a, b, bounds[o] ?? 0);
        }
      }
    }
  }
  return result;
}

type ConvolveGroup = (x: Numbers, weight: Numbers, bias: Numbers | undefined) => Float64Array;

/** Convolves each sample and each group of channels separately. */
function convolveGroups(
  x: Numbers,
  weight: Numbers,
  bias: Numbers | undefined,
  { batch, inputChannels, outputChannels, groups, input, output }: ConvolutionSizes,
  convolve: ConvolveGroup,
): Float64Array {
  const [from, to] = [(inputChannels / groups) * volume(input), (outputChannels / groups) * volume(output)];
  const [inputs, outputs] = [weight.length / groups, outputChannels / groups];
  const result = new Float64Array(batch * groups * to);
  for (let part = 0; part < batch * groups; part++) {
    const group = part % groups;
    const share = bias === undefined ? undefined : slice(bias, group * outputs, outputs);
    result.set(convolve(slice(x, part * from, from), slice(weight, group * inputs, inputs), share), part * to);
  }
  return result;
}

function slice(values: Numbers, first: number, length: number): Float64Array {
  return Float64Array.from({ length }, (_, index) => values[first + index] ?? 0);
}

/** For one kernel element of one input channel: the input element at each output position, or 0 outside the plane. */
function gather(
  x: Numbers,
  firstInput: number,
  place: number,
  { input, output, kernel, stride, dilation, padBegin }: ConvolutionSizes,
  target: Float64Array,
): void {
  const taps = volume(kernel);
  const [first, tap] = [(firstInput + Math.floor(place / taps)) * volume(input), place % taps];
  const kw = tap % kernel[2];
  const kh = Math.floor(tap / kernel[2]) % kernel[1];
  const kd = Math.floor(tap / (kernel[2] * kernel[1]));
  let index = 0;
  for (let z = 0; z < output[0]; z++) {
    const d = z * stride[0] + kd * dilation[0] - padBegin[0];
    for (let y = 0; y < output[1]; y++) {
      const h = y * stride[1] + kh * dilation[1] - padBegin[1];
      const isInside = d >= 0 && d < input[0] && h >= 0 && h < input[1];
      const row = first + (d * input[1] + h) * input[2];
      for (let cell = 0; cell < output[2]; cell++) {
        const w = cell * stride[2] + kw * dilation[2] - padBegin[2];
        target[index++] = isInside && w >= 0 && w < input[2] ? (x[row + w] ?? 0) : 0;
      }
    }
  }
}

/**
 * Like `convolveTransposed`, with float16 sums as in ncnn's Deconvolution: over the input channels for each element of the kernel, which are
 * then added one after the other, starting with the bias.
 */
export function convolveTransposedHalf(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const { batch, inputChannels, outputChannels, groups } = sizes;
  const [inputs, outputs] = [inputChannels / groups, outputChannels / groups];
  const [elements, cells, taps] = [volume(sizes.input), volume(sizes.output), volume(sizes.kernel)];
  const source = Float64Array.from(x);
  const none = new Float64Array(elements);
  const result = new Float64Array(batch * outputChannels * cells);
  for (let n = 0; n < batch; n++) {
    for (let group = 0; group < groups; group++) {
      const firstInput = group * inputs;
      const rowOf = (input: number): Float64Array =>
        source.subarray((n * inputChannels + firstInput + input) * elements, (n * inputChannels + firstInput + input + 1) * elements);
      const pairs = Array.from({ length: Math.ceil(inputs / 2) }, (_, half) =>
        pairOf(rowOf(2 * half), 2 * half + 1 < inputs ? rowOf(2 * half + 1) : none),
      );
      for (let output = 0; output < outputs; output++) {
        const products = new Float64Array(taps * elements);
        for (let tap = 0; tap < taps; tap++) {
          const factor = (input: number): number =>
            input < inputs ? (weight[((firstInput + input) * outputs + output) * taps + tap] ?? 0) : 0;
          pairs.reduce((bound, pair, half) => addPair(products, tap * elements, pair, factor(2 * half), factor(2 * half + 1), bound), 0);
        }
        const o = group * outputs + output;
        const target = result.subarray((n * outputChannels + o) * cells, (n * outputChannels + o + 1) * cells);
        target.fill(roundHalf(bias?.[o] ?? 0));
        scatter(products, target, sizes, roundHalf);
      }
    }
  }
  return result;
}
