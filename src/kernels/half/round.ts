/** From where on numbers round to infinity; the largest float16 is 65504. */
const firstInfinite = 65520;

/** Below it the float16 lie 2^-24 apart. */
const smallestNormal = 2 ** -14;
/** Added and taken away again, it leaves multiples of 2^-24 of a small float64. */
const subnormalShift = 1.5 * 2 ** 28;
/** Times it, a float64 is split behind the 11 bits of a float16 (Veltkamp). */
const splitter = 2 ** 42 + 1;

/** The nearest float16, ties to even, of a float64: an infinity from 65520 on. */
export function roundHalf(value: number): number {
  const size = Math.abs(value);
  if (size < smallestNormal) return value + subnormalShift - subnormalShift;
  if (size >= firstInfinite) return value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  const product = value * splitter;
  return product - (product - value);
}

/** All of them as float16. */
export function roundedHalves(values: ArrayLike<number>): Float32Array {
  const result = new Float32Array(values.length);
  for (let index = 0; index < result.length; index++) result[index] = roundHalf(values[index] ?? 0);
  return result;
}
