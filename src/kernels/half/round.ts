/** Smallest magnitude that rounds to infinity. The largest float16 is 65504. */
export const firstInfinite: number = 65520;

/** Below this value the float16 numbers are 2^-24 apart. */
export const smallestNormal: number = 2 ** -14;
/** Adding and subtracting this value rounds a small float64 to a multiple of 2^-24. */
const subnormalShift = 1.5 * 2 ** 28;
/** Factor that splits a float64 after the 11 significant bits of a float16 (Veltkamp). */
export const splitter: number = 2 ** 42 + 1;

/** Rounds a float64 to the nearest float16, ties to even; infinity for magnitudes from 65520 on. */
export function roundHalf(value: number): number {
  const size = Math.abs(value);
  if (size < smallestNormal) return value + subnormalShift - subnormalShift;
  if (size >= firstInfinite) return value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const product = value * splitter;
  return product - (product - value);
}

/** Rounds all values to float16. */
export function roundedHalves(values: ArrayLike<number>): Float32Array {
  const result = new Float32Array(values.length);
  for (let index = 0; index < result.length; index++) result[index] = roundHalf(values[index] ?? 0);
  return result;
}
