import type { ConvolutionSizes } from '../convolution.ts';
import { volume } from '../window.ts';
import { roundHalf } from './round.ts';
import { convolveWinograd, winogradFor } from './winograd.ts';

type Numbers = ArrayLike<number>;

/** Dot product in float16, with one rounding per term like a fused multiply-add. */
export function dotHalf(a: Numbers, firstA: number, b: Numbers, firstB: number, length: number, start: number): number {
  let sum = roundHalf(start);
  for (let index = 0; index < length; index++) sum = roundHalf(sum + (a[firstA + index] ?? 0) * (b[firstB + index] ?? 0));
  return sum;
}

/**
 * Like `convolve`, with float16 sums as in ncnn's ARM layers with fp16 arithmetic: Winograd's algorithm for 3x3 kernels with stride 1;
 * otherwise one kernel element after the other, starting with the bias.
 */
export function convolveHalf(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const winograd = winogradFor(sizes);
  if (winograd !== undefined) return convolveWinograd(x, weight, bias, sizes, winograd);
  const { batch, inputChannels, outputChannels, groups, output } = sizes;
  const [inputs, outputs] = [inputChannels / groups, outputChannels / groups];
  const [taps, cells] = [volume(sizes.kernel), volume(output)];
  const result = new Float64Array(batch * outputChannels * cells);
  const column = new Float64Array(cells);
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputChannels; o++) {
      const target = result.subarray((n * outputChannels + o) * cells, (n * outputChannels + o + 1) * cells);
      if (bias !== undefined) target.fill(roundHalf(bias[o] ?? 0));
    }
    for (let input = 0; input < inputChannels; input++) {
      const group = Math.floor(input / inputs);
      for (let tap = 0; tap < taps; tap++) {
        gather(x, (n * inputChannels + input) * volume(sizes.input), tap, sizes, column);
        for (let o = group * outputs; o < (group + 1) * outputs; o++) {
          const factor = weight[(o * inputs + (input % inputs)) * taps + tap] ?? 0;
          addProducts(result.subarray((n * outputChannels + o) * cells, (n * outputChannels + o + 1) * cells), column, factor);
        }
      }
    }
  }
  return result;
}

/** `target += factor * values`, with one rounding per element. */
function addProducts(target: Float64Array, values: Float64Array, factor: number): void {
  for (let index = 0; index < target.length; index++) target[index] = roundHalf((target[index] ?? 0) + factor * (values[index] ?? 0));
}

/** For one kernel element: the input element of a plane at each output position, or 0 outside the plane. */
function gather(
  x: Numbers,
  first: number,
  tap: number,
  { input, output, kernel, stride, dilation, padBegin }: ConvolutionSizes,
  target: Float64Array,
): void {
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
