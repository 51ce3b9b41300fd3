/**
 * Arithmetic on the elements of a weight, with a value for each of its channels. The loops are written out: a call for each run of elements takes
 * several times as long as the arithmetic where runs are short, as they are in depthwise and 1 x 1 convolutions.
 */

/**
 * Where the channels of a weight lie: `inner` elements in a row for each of `count` channels, all of them `repeats` times before the next
 * `count` channels follow.
 */
export interface ChannelPattern {
  readonly inner: number;
  readonly count: number;
  readonly repeats: number;
}

type Floats = Float32Array | Float64Array;

/** Multiplies each element by the factor of its channel; `products` may be the source itself. */
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

/** Adds to each of the sums, one for each of as many equal parts of the values, its values multiplied by the factor of their channel. */
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

/** A value for a channel: of one value for all, or of one each; the default where there are none. */
export function entry(values: Float64Array | undefined, channel: number, otherwise: number): number {
  if (values === undefined) return otherwise;
  return values[values.length === 1 ? 0 : channel] ?? otherwise;
}
