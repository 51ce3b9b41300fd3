import { describe, expect, it } from 'vitest';
import { bfloat16ToNumber, halfToNumber, numbersToHalves, numberToBfloat16, numberToHalf } from './half.ts';

const scratch = new DataView(new ArrayBuffer(4));

/** The float32 next to a positive one, upwards or downwards. */
function neighbor(value: number, step: 1 | -1): number {
  scratch.setFloat32(0, value);
  scratch.setUint32(0, scratch.getUint32(0) + step);
  return scratch.getFloat32(0);
}

/** All float16 bit patterns except NaN. */
const halves = Array.from({ length: 1 << 16 }, (_, bits) => bits).filter((bits) => (bits & 0x7fff) <= 0x7c00);
const positive = halves.filter((bits) => bits < 0x7c00);

/** Bit patterns that fail the check, collected into one message for thousands of checks. */
function wrong(bits: readonly number[], check: (bits: number) => boolean): readonly string[] {
  return bits.filter((entry) => !check(entry)).map((entry) => entry.toString(16));
}

describe('float16', () => {
  it('decodes every value of IEEE 754', () => {
    // Neighbors have the same distance within a power of two, and it doubles at the next one.
    let value = 0;
    const failing = wrong(positive, (bits) => {
      const right = Object.is(halfToNumber(bits), value) && Object.is(halfToNumber(bits | 0x8000), -value);
      value += 2 ** (Math.max(1, bits >> 10) - 25);
      return right;
    });
    expect(failing).toEqual([]);
    expect(value).toBe(65536);
    expect([halfToNumber(0x7c00), halfToNumber(0xfc00)]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    const nans = Array.from({ length: 0x3ff }, (_, index) => 0x7c01 + index);
    expect(wrong(nans, (bits) => Number.isNaN(halfToNumber(bits)) && Number.isNaN(halfToNumber(bits | 0x8000)))).toEqual([]);
  });

  it('decodes arrays like single values: all values, neighbors, midpoints and NaN', () => {
    const beside = positive.flatMap((bits) => {
      const value = halfToNumber(bits);
      const middle = (value + halfToNumber(bits + 1)) / 2;
      return [value, neighbor(value, 1), middle, neighbor(middle, 1), neighbor(middle, -1)];
    });
    const values = Float32Array.from([...beside, ...beside.map((value) => -value), 1e30, -1e30, Infinity, -Infinity, NaN, 1e-30, -1e-45]);
    expect(numbersToHalves(values)).toEqual(Uint16Array.from(values, numberToHalf));
  });

  it('round-trips every value', () => {
    expect(wrong(halves, (bits) => numberToHalf(halfToNumber(bits)) === bits)).toEqual([]);
  });

  it('rounds to the nearest value, and to even between two of them', () => {
    const failing = wrong(positive, (bits) => {
      // The upper neighbor of the last one would be 65536, where infinity starts.
      const upper = bits + 1 === 0x7c00 ? 65536 : halfToNumber(bits + 1);
      const middle = (halfToNumber(bits) + upper) / 2;
      const tie = bits % 2 === 0 ? bits : bits + 1;
      const cases = [
        [middle, tie],
        [neighbor(middle, -1), bits],
        [neighbor(middle, 1), bits + 1],
      ] as const;
      return cases.every(([value, expected]) => numberToHalf(value) === expected && numberToHalf(-value) === (expected | 0x8000));
    });
    expect(failing).toEqual([]);
  });

  it('is infinite beyond its range', () => {
    expect([65519.996, 65520, 1e30, Number.POSITIVE_INFINITY].map(numberToHalf)).toEqual([0x7bff, 0x7c00, 0x7c00, 0x7c00]);
    expect([-65520, Number.NEGATIVE_INFINITY].map(numberToHalf)).toEqual([0xfc00, 0xfc00]);
  });

  it('keeps NaN', () => {
    expect(halfToNumber(numberToHalf(Number.NaN))).toBeNaN();
  });

  it('rounds tiny numbers to zero', () => {
    // Only the sign of float32's smallest number is kept.
    expect([2 ** -149, -(2 ** -149)].map(numberToHalf)).toEqual([0, 0x8000]);
  });
});

describe('bfloat16', () => {
  it('round-trips every value', () => {
    const all = Array.from({ length: 1 << 16 }, (_, bits) => bits).filter((bits) => (bits & 0x7fff) <= 0x7f80);
    expect(wrong(all, (bits) => numberToBfloat16(bfloat16ToNumber(bits)) === bits)).toEqual([]);
  });

  it('rounds to the nearest, even value', () => {
    expect([1 + 2 ** -8, 1 + 3 * 2 ** -8, 1 + 2 ** -8 + 2 ** -20].map(numberToBfloat16)).toEqual([0x3f80, 0x3f82, 0x3f81]);
  });

  it('keeps NaN', () => {
    expect(bfloat16ToNumber(numberToBfloat16(Number.NaN))).toBeNaN();
  });
});
