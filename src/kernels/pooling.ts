import { type Sliding, volume } from './window.ts';

/** Calls `visit` with the index, within the channel, of every element of `x` in the window of an output element. */
function eachCell(sizes: Sliding, output: number, visit: (index: number) => void): void {
  const [depth, height, width] = sizes.input;
  const [, outputHeight, outputWidth] = sizes.output;
  const column = output % outputWidth;
  const row = Math.floor(output / outputWidth) % outputHeight;
  const layer = Math.floor(output / (outputWidth * outputHeight));
  const [startDepth, startHeight, startWidth] = [
    layer * sizes.stride[0] - sizes.padBegin[0],
    row * sizes.stride[1] - sizes.padBegin[1],
    column * sizes.stride[2] - sizes.padBegin[2],
  ];
  for (let kd = 0; kd < sizes.kernel[0]; kd++) {
    const d = startDepth + kd * sizes.dilation[0];
    if (d < 0 || d >= depth) continue;
    for (let kh = 0; kh < sizes.kernel[1]; kh++) {
      const h = startHeight + kh * sizes.dilation[1];
      if (h < 0 || h >= height) continue;
      for (let kw = 0; kw < sizes.kernel[2]; kw++) {
        const w = startWidth + kw * sizes.dilation[2];
        if (w >= 0 && w < width) visit((d * height + h) * width + w);
      }
    }
  }
}

/** The largest element of each window, and its index within the channel. `channels` includes the batch. */
export function maxPool(
  x: ArrayLike<number>,
  channels: number,
  sizes: Sliding,
): { readonly values: Float64Array; readonly indices: Int32Array } {
  const inputVolume = volume(sizes.input);
  const outputVolume = volume(sizes.output);
  const values = new Float64Array(channels * outputVolume).fill(Number.NEGATIVE_INFINITY);
  const indices = new Int32Array(channels * outputVolume).fill(-1);
  for (let channel = 0; channel < channels; channel++) {
    for (let output = 0; output < outputVolume; output++) {
      const target = channel * outputVolume + output;
      eachCell(sizes, output, (index) => {
        const value = x[channel * inputVolume + index] ?? 0;
        if (indices[target] !== -1 && !(value > (values[target] ?? 0) || Number.isNaN(value))) return;
        values[target] = value;
        indices[target] = index;
      });
    }
  }
  return { values, indices };
}

/** The sum of `term` over the elements of each window. `channels` includes the batch. */
export function sumPool(x: ArrayLike<number>, channels: number, sizes: Sliding, term: (value: number) => number): Float64Array {
  const inputVolume = volume(sizes.input);
  const outputVolume = volume(sizes.output);
  const result = new Float64Array(channels * outputVolume);
  for (let channel = 0; channel < channels; channel++) {
    for (let output = 0; output < outputVolume; output++) {
      let sum = 0;
      eachCell(sizes, output, (index) => {
        sum += term(x[channel * inputVolume + index] ?? 0);
      });
      result[channel * outputVolume + output] = sum;
    }
  }
  return result;
}

/**
 * Divisor of each window of an average. Padding counts if `padEnd` (the declared end padding of each axis) is given, but never the elements
 * beyond it that a window only reaches because of `ceil_mode`.
 */
export function windowCounts(sizes: Sliding, padEnd: readonly [number, number, number] | undefined): Float64Array {
  const per = [0, 1, 2].map((axis) => {
    const at = (values: readonly number[]): number => values[axis] ?? 0;
    const first = padEnd === undefined ? 0 : -at(sizes.padBegin);
    const end = at(sizes.input) + (padEnd === undefined ? 0 : at(padEnd));
    return Array.from({ length: at(sizes.output) }, (_, output) => {
      let count = 0;
      for (let tap = 0; tap < at(sizes.kernel); tap++) {
        const cell = output * at(sizes.stride) - at(sizes.padBegin) + tap * at(sizes.dilation);
        if (cell >= first && cell < end) count++;
      }
      return count;
    });
  });
  const [depths = [], heights = [], widths = []] = per;
  return Float64Array.from(depths.flatMap((d) => heights.flatMap((h) => widths.map((w) => d * h * w))));
}
