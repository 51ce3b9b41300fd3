/** Normalizations in float64. Values are row-major. A "row" is a run of adjacent elements that share their statistics. */

/** Mean and population variance of each row. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** The moments of `values.length / size` rows of `size` elements. */
export function rowMoments(values: ArrayLike<number>, size: number): Moments {
  const rows = size === 0 ? 0 : values.length / size;
  const mean = new Float64Array(rows);
  const variance = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let index = row * size; index < (row + 1) * size; index++) sum += values[index] ?? 0;
    const average = sum / size;
    let squares = 0;
    for (let index = row * size; index < (row + 1) * size; index++) squares += ((values[index] ?? 0) - average) ** 2;
    mean[row] = average;
    variance[row] = squares / size;
  }
  return { mean, variance };
}

/** The moments of each channel of `[outer, channels, inner]` over the other axes. */
export function channelMoments(values: ArrayLike<number>, channels: number, inner: number): Moments {
  const size = values.length / channels;
  const rows = new Float64Array(values.length);
  for (let index = 0; index < values.length; index++) {
    const channel = Math.floor(index / inner) % channels;
    const sample = Math.floor(index / (inner * channels));
    rows[channel * size + sample * inner + (index % inner)] = values[index] ?? 0;
  }
  return rowMoments(rows, size);
}

/** `(x - mean) / sqrt(variance + epsilon)` for each row of `size` elements. */
export function normalizeRows(values: ArrayLike<number>, size: number, epsilon: number): Float64Array {
  const { mean, variance } = rowMoments(values, size);
  return Float64Array.from({ length: values.length }, (_, index) => {
    const row = Math.floor(index / size);
    return ((values[index] ?? 0) - (mean[row] ?? 0)) / Math.sqrt((variance[row] ?? 0) + epsilon);
  });
}

/** `x / sqrt(mean(x²) + epsilon)` for each row of `size` elements. */
export function normalizeRowsByRootMeanSquare(values: ArrayLike<number>, size: number, epsilon: number): Float64Array {
  const result = new Float64Array(values);
  for (let row = 0; row < values.length; row += size) {
    let squares = 0;
    for (let index = row; index < row + size; index++) squares += (values[index] ?? 0) ** 2;
    const factor = 1 / Math.sqrt(squares / size + epsilon);
    for (let index = row; index < row + size; index++) result[index] = (values[index] ?? 0) * factor;
  }
  return result;
}

/** `x * scale[c] + shift[c]` for each channel c of `[outer, channels, inner]`. */
export function scaleChannels(
  values: ArrayLike<number>,
  channels: number,
  inner: number,
  scale: (channel: number) => number,
  shift: (channel: number) => number,
): Float64Array {
  const result = new Float64Array(values.length);
  for (let start = 0, channel = 0; start < values.length; start += inner, channel = (channel + 1) % channels) {
    const factor = scale(channel);
    const summand = shift(channel);
    for (let index = start; index < start + inner; index++) result[index] = (values[index] ?? 0) * factor + summand;
  }
  return result;
}

/**
 * ONNX's local response normalization across the channels of `[outer, channels, inner]`. The window of `size` channels begins `floor((size
 * - 1) / 2)` before the channel, so a window of even size extends further after the channel than before it.
 */
export function localResponse(
  values: ArrayLike<number>,
  channels: number,
  inner: number,
  { size, alpha, beta, bias }: { readonly size: number; readonly alpha: number; readonly beta: number; readonly bias: number },
): Float64Array {
  const result = new Float64Array(values.length);
  for (let sample = 0; sample < values.length; sample += channels * inner) {
    for (let channel = 0; channel < channels; channel++) {
      const first = Math.max(0, channel - Math.floor((size - 1) / 2));
      const last = Math.min(channels - 1, channel + Math.ceil((size - 1) / 2));
      for (let place = 0; place < inner; place++) {
        let squares = 0;
        for (let other = first; other <= last; other++) squares += (values[sample + other * inner + place] ?? 0) ** 2;
        const index = sample + channel * inner + place;
        result[index] = (values[index] ?? 0) / (bias + (alpha / size) * squares) ** beta;
      }
    }
  }
  return result;
}

/** `x / norm` along the middle axis of `[outer, axis, inner]`; 0 if the norm is 0. */
export function normalizeAlongAxis(values: ArrayLike<number>, axis: number, inner: number, p: 1 | 2): Float64Array {
  const result = new Float64Array(values.length);
  for (let outer = 0; outer < values.length; outer += axis * inner) {
    for (let place = 0; place < inner; place++) {
      let sum = 0;
      for (let step = 0; step < axis; step++) {
        const value = values[outer + step * inner + place] ?? 0;
        sum += p === 1 ? Math.abs(value) : value * value;
      }
      const norm = p === 1 ? sum : Math.sqrt(sum);
      for (let step = 0; step < axis; step++) {
        const index = outer + step * inner + place;
        result[index] = norm === 0 ? 0 : (values[index] ?? 0) / norm;
      }
    }
  }
  return result;
}
