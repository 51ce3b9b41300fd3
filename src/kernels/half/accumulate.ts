import { firstInfinite, roundHalf, smallestNormal, splitter } from './round.ts';

/** Two rows that are multiplied by a factor each and added to a row of sums. */
export interface RowPair {
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** The largest magnitude in both rows. */
  readonly largest: number;
}

/** Two rows of the same length. */
export function pairOf(first: Float64Array, second: Float64Array): RowPair {
  return { first, second, largest: Math.max(largestIn(first), largestIn(second)) };
}

/** The largest magnitude in a row. */
function largestIn(values: Float64Array): number {
  let largest = 0;
  for (let index = 0; index < values.length; index++) {
    const size = Math.abs(values[index] ?? 0);
    // NaN is as large as infinity.
    if (!(size <= largest)) largest = Number.isNaN(size) ? Number.POSITIVE_INFINITY : size;
  }
  return largest;
}

/** Below this bound, sums lose more by the multiples of 2^-24 below 2^-14 than by 11 significant bits. */
const smallSums: number = 2 ** -9;

/**
 * Adds `a * first` and then `b * second` to the sums from `start` on, with one rounding to float16 per addition. `bound` is a limit on the
 * magnitude of the sums before; the result is one for those after.
 *
 * While no sum can overflow, sums are rounded to 11 significant bits, also below 2^-14, where float16 has fewer: the difference is less than
 * 2^-25 per addition. If all sums are small, they are rounded exactly.
 */
export function addPair(sums: Float64Array, start: number, pair: RowPair, a: number, b: number, bound: number): number {
  const { first, second, largest } = pair;
  const next = (bound + (Math.abs(a) + Math.abs(b)) * largest) * (1 + smallestNormal);
  const count = first.length;
  if (next < firstInfinite && next >= smallSums) {
    for (let index = 0; index < count; index++) {
      const sum = (sums[start + index] ?? 0) + a * (first[index] ?? 0);
      const scaled = sum * splitter;
      const other = scaled - (scaled - sum) + b * (second[index] ?? 0);
      const otherScaled = other * splitter;
      sums[start + index] = otherScaled - (otherScaled - other);
    }
    return next;
  }
  let most = 0;
  for (let index = 0; index < count; index++) {
    const sum = roundHalf(roundHalf((sums[start + index] ?? 0) + a * (first[index] ?? 0)) + b * (second[index] ?? 0));
    sums[start + index] = sum;
    const size = Math.abs(sum);
    if (!(size <= most)) most = Number.isNaN(size) ? Number.POSITIVE_INFINITY : size;
  }
  return most;
}
