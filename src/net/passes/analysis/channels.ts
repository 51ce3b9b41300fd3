/**
 * Arithmetic on the elements of a weight, with one value per channel. The loops are inlined: for the short runs of elements in depthwise
 * and 1 x 1 convolutions, a call per run takes several times as long as the arithmetic.
 */

/**
 * Where the channels are in a weight: `inner` consecutive elements for each of `count` channels, the whole repeated `repeats` times before
 * the next `count` channels follow.
 */
export interface ChannelPattern {
  readonly inner: number;
  readonly count: number;
  readonly repeats: number;
}

type Floats = Float32Array | Float64Array;

/** Multiplies each element by the factor of its channel; `products` may be `source` itself. */
export function multiplyChannels(source: Floats, factors: Float64Array, { inner, count, repeats }: ChannelPattern, products: Floats): void {
  let index = 0;
  for (let first = 0; index < source.length; first += count) {
    for (let repeat = 0; repeat < repeats && index < source.length; repeat++) {
      for (let channel = first; channel < first + count; channel++) {
        const factor = entry(factors, channel, 1);
        for (const end = index + inner; index < end; index++) products[index] = (source[index] ?? 0) * factor;
      }
    }
  }
}

/**
 * Splits the values into as many equal parts as there are sums, and adds to each sum the values of its part times the factors of their
 * channels.
 */
export function addProducts(sums: Float64Array, values: Floats, factors: Float64Array, { inner, count, repeats }: ChannelPattern): void {
  const perSum = values.length / sums.length;
  let index = 0;
  for (let first = 0; index < values.length; first += count) {
    for (let repeat = 0; repeat < repeats && index < values.length; repeat++) {
      for (let channel = first; channel < first + count; channel++) {
        const factor = entry(factors, channel, 0);
        const place = Math.floor(index / perSum);
        let sum = sums[place] ?? 0;
        for (const end = index + inner; index < end; index++) sum += (values[index] ?? 0) * factor;
        sums[place] = sum;
      }
    }
  }
}

/** The value for a channel, from one value for all channels or one per channel; `otherwise` if there are no values. */
export function entry(values: Float64Array | undefined, channel: number, otherwise: number): number {
  if (values === undefined) return otherwise;
  return values[values.length === 1 ? 0 : channel] ?? otherwise;
}
