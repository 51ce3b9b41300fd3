import { describe, expect, it } from 'vitest';
import { halfToNumber, numberToHalf } from '../../bytes/half.ts';
import { type ConvolutionSizes, convolve } from '../convolution.ts';
import { roundHalf } from './round.ts';
import { convolveHalf, dotHalf, dotLanesHalf } from './sums.ts';
import { winogradFor } from './winograd.ts';

const random = (length: number, scale: number): Float32Array => {
  let seed = 7;
  return Float32Array.from({ length }, () => {
    seed = (seed * 48271) % 2147483647;
    return roundHalf(scale * (seed / 1073741823.5 - 1));
  });
};

const sizes = (channels: number, outputs: number, kernel: number): ConvolutionSizes => ({
  batch: 1,
  inputChannels: channels,
  outputChannels: outputs,
  groups: 1,
  input: [1, 13, 11],
  output: [1, 13, 11],
  kernel: [1, kernel, kernel],
  stride: [1, 1, 1],
  dilation: [1, 1, 1],
  padBegin: [0, (kernel - 1) / 2, (kernel - 1) / 2],
});

describe('rounding to float16', () => {
  it('matches the bits around every midpoint', () => {
    const finite = Array.from({ length: 0x7c00 }, (_, bits) => halfToNumber(bits));
    const wrong = finite.filter((value, index) => {
      const middle = (value + (finite[index + 1] ?? 65536)) / 2;
      return [value, middle, Math.fround(middle * (1 + 2 ** -20)), Math.fround(middle * (1 - 2 ** -20))].some(
        (each) => roundHalf(each) !== halfToNumber(numberToHalf(each)) || roundHalf(-each) !== halfToNumber(numberToHalf(-each)),
      );
    });
    expect(wrong).toEqual([]);
    expect([65519.9, 65520, -1e9, Number.NaN].map(roundHalf)).toEqual([65504, Infinity, -Infinity, Number.NaN]);
  });
});

describe('sums in float16', () => {
  it('lose small terms', () => {
    const ones = new Float32Array(3000).fill(1);
    expect(dotHalf(ones, 0, ones, 0, 3000, 0)).toBe(2048);
  });

  it('lose fewer of them with eight sums, as for a vector', () => {
    const ones = new Float32Array(3005).fill(1);
    expect(dotLanesHalf(ones, 0, ones, 0, 3005, 0)).toBe(3004);
    const terms = Float32Array.from({ length: 13 }, (_, index) => 2 ** index);
    expect(dotLanesHalf(terms, 0, new Float32Array(13).fill(1), 0, 13, 3)).toBe(8192);
  });

  it('are multiples of 2^-24 if they are small', () => {
    const form = sizes(4, 4, 1);
    const [x, weight] = [random(4 * 143, 2 ** -14), random(16, 0.2)];
    const half = convolveHalf(x, weight, undefined, form);
    expect(half.some((value) => value !== 0)).toBe(true);
    expect(half.every((value) => Number.isInteger(value * 2 ** 24))).toBe(true);
  });

  it('overflow to infinity', () => {
    expect(dotHalf([300], 0, [300], 0, 1, 0)).toBe(Infinity);
    expect(dotHalf([300, -300], 0, [300, 300], 0, 2, 0)).toBe(Infinity);
  });

  it.each([
    [4, 8, 3, undefined],
    [32, 32, 1, undefined],
    [16, 16, 3, 6],
    [16, 144, 3, 4],
    [8, 144, 3, 2],
  ])('are close to those in float64: %j channels to %j with a kernel of %j, by tiles of %j', (channels, outputs, kernel, tile) => {
    const form = sizes(channels, outputs, kernel);
    expect(winogradFor(form)?.tile).toBe(tile);
    const [x, weight, bias] = [random(channels * 143, 1), random(outputs * channels * kernel ** 2, 0.2), random(outputs, 1)];
    const exact = convolve(x, weight, bias, form);
    const half = convolveHalf(x, weight, bias, form);
    const squares = exact.reduce((sum, value) => sum + value ** 2, 0);
    const differences = exact.reduce((sum, value, index) => sum + (value - (half[index] ?? 0)) ** 2, 0);
    const loss = Math.sqrt(differences / squares);
    expect(loss).toBeLessThan(1e-2);
    expect(loss).toBeGreaterThan(1e-4);
    expect(half.every((value) => roundHalf(value) === value)).toBe(true);
  });
});
