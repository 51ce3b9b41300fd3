/**
 * Formats a float32 value for a `.param`: always with a point or an exponent, because ncnn reads other numbers as ints, and with the fewest
 * digits that give the same float32 value. The result has at most 15 characters, with at most nine digits after the point, because older
 * releases lose precision beyond that. Throws `RangeError` for infinities and NaN.
 */
export function formatFloat(value: number): string {
  const single = Math.fround(value);
  if (!Number.isFinite(single)) throw new RangeError(`${value} cannot be written as a float parameter`);
  if (single === 0) return Object.is(single, -0) ? '-0.0' : '0.0';
  let digits = 1;
  while (digits < 9 && Math.fround(Number(single.toPrecision(digits))) !== single) digits++;
  const [mantissa = '', power = ''] = single.toExponential(digits - 1).split('e');
  const exponent = Number(power);
  const fraction = Math.max(1, digits - 1 - exponent);
  // Beyond nine integer digits, toFixed would print digits that the shortest form does not have.
  if (exponent >= -4 && exponent < 9 && fraction <= 9) return Number(single.toPrecision(digits)).toFixed(fraction);
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${power}`;
}

const scratch = new DataView(new ArrayBuffer(4));

/** The bits of a float32 as an int32. */
export function floatBits(value: number): number {
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
}

/** The float32 value with the given bits. */
export function floatOfBits(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}
