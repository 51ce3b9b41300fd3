import { describe, expect, it } from 'vitest';
import { floatBits, floatOfBits, formatFloat } from './number.ts';

/** Parses a number like ncnn releases before 2026: 32-bit digit counters, scaling in steps of 1e8. */
function readAsOldNcnn(text: string): number {
  const [, sign, whole = '', fraction = '', exponent = '0'] = /^(-?)(\d+)\.(\d+)(?:e([+-]\d+))?$/.exec(text) ?? [];
  const wrap = (digits: string): number => [...digits].reduce((value, digit) => (value * 10 + Number(digit)) % 2 ** 32, 0);
  const pow10 = [...fraction].reduce((value) => (value * 10) % 2 ** 32, 1);
  let value = wrap(whole) + wrap(fraction) / pow10;
  let scale = 1;
  for (let remaining = Math.abs(Number(exponent)); remaining > 0; remaining -= remaining >= 8 ? 8 : 1) scale *= remaining >= 8 ? 1e8 : 10;
  value = Number(exponent) < 0 ? value / scale : value * scale;
  return Math.fround(sign === '-' ? -value : value);
}

describe('formatFloat', () => {
  it.each([
    [0, '0.0'],
    [-0, '-0.0'],
    [1, '1.0'],
    [6, '6.0'],
    [-2.5, '-2.5'],
    [0.1, '0.1'],
    [1e-5, '1.0e-5'],
    [0.001, '0.001'],
    [1 / 3, '0.33333334'],
    [16777216, '16777216.0'],
    [2 ** 31, '2.1474836e+9'],
    [123456.789, '123456.79'],
    [3.4028234663852886e38, '3.4028235e+38'],
    [-1.401298464324817e-45, '-1.0e-45'],
  ])('writes %d as %s', (value, text) => {
    expect(formatFloat(value)).toBe(text);
  });

  it('round-trips every kind of bit pattern, also in older releases', () => {
    let state = 1;
    for (let count = 0; count < 20000; count++) {
      state = (Math.imul(state, 1664525) + 1013904223) | 0;
      const value = floatOfBits(state);
      if (!Number.isFinite(value)) continue;
      const text = formatFloat(value);
      expect(text).toMatch(/[.e]/);
      expect(text.length).toBeLessThanOrEqual(15);
      if (Math.fround(Number(text)) !== value) expect.fail(`${value} was written as ${text}`);
      if (readAsOldNcnn(text) !== value) expect.fail(`${value} was written as ${text}`);
    }
  });

  it('rejects numbers that ncnn cannot parse', () => {
    expect(() => formatFloat(Number.POSITIVE_INFINITY)).toThrow(RangeError);
    expect(() => formatFloat(1e39)).toThrow(RangeError);
    expect(() => formatFloat(Number.NaN)).toThrow(RangeError);
  });
});

it('converts between floats and bits', () => {
  expect(floatBits(1)).toBe(0x3f800000);
  expect(floatOfBits(floatBits(-0.1))).toBe(Math.fround(-0.1));
});
