/**
 * Conversion between float32 and the two 16-bit float formats, on bit patterns.
 * Rounding is to nearest, ties to even; subnormals, infinities and NaN are kept.
 */

const scratch = new DataView(new ArrayBuffer(4));

/** Converts IEEE 754 binary16 bits to a number. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Converts a float32 value to IEEE 754 binary16 bits. Values that round beyond 65504 become infinity. */
export function numberToHalf(value: number): number {
  scratch.setFloat32(0, value);
  return float32ToHalf(scratch.getUint32(0), value);
}

/** Like {@link numberToHalf} for all values of an array, but many times as fast. */
export function numbersToHalves(values: Float32Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let index = 0; index < halves.length; index++) {
    const word = bits[index] ?? 0;
    const magnitude = word & 0x7fffffff;
    if (magnitude < 0x38800000 || magnitude >= 0x47800000) {
      halves[index] = float32ToHalf(word, values[index] ?? 0);
      continue;
    }
    const rebased = magnitude - 0x38000000;
    halves[index] = ((word >>> 16) & 0x8000) | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
  }
  return halves;
}

function float32ToHalf(bits: number, value: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  if (magnitude >= 0x47800000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2^-14 the result is a multiple of 2^-24, so after scaling it can be rounded to an integer.
    return sign | roundToEven(Math.abs(value) * 2 ** 24);
  }
  const rebased = magnitude - 0x38000000;
  const rounded = rebased + 0xfff + ((rebased >>> 13) & 1);
  return sign | (rounded >>> 13);
}

/** Converts bfloat16 bits to a number. */
export function bfloat16ToNumber(bits: number): number {
  scratch.setUint32(0, bits << 16);
  return scratch.getFloat32(0);
}

/** Converts a float32 value to bfloat16 bits. */
export function numberToBfloat16(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  if ((bits & 0x7fffffff) > 0x7f800000) return (bits >>> 16) | 0x40;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction > 0.5 || (fraction === 0.5 && floor % 2 === 1)) return floor + 1;
  return floor;
}
