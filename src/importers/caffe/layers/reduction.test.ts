import { describe, expect, it } from 'vitest';
import { computeLayer, ramp } from '../testing.ts';

const image = ramp(1, 3, 2, 4);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('Softmax', () => {
  it.each([
    ['', 8],
    ['softmax_param { axis: 3 }', 1],
  ])('sums to one along its axis: %s', (param, stride) => {
    const [out] = computeLayer('Softmax', param, [image]);
    const length = stride === 8 ? 3 : 4;
    const lane = Array.from({ length }, (_, index) => index * stride);
    const exponentials = lane.map((index) => Math.exp(image.values[index] ?? 0));
    lane.forEach((index, step) => {
      expect(out?.values[index]).toBeCloseTo((exponentials[step] ?? 0) / sum(exponentials), 6);
    });
  });
});

describe('Reduction', () => {
  it.each<readonly [string, (values: readonly number[]) => number]>([
    ['SUM', sum],
    ['MEAN', (values) => sum(values) / values.length],
    ['ASUM', (values) => sum(values.map(Math.abs))],
    ['SUMSQ', (values) => sum(values.map((value) => value * value))],
  ])('%s reduces all axes from the first, times a factor', (operation, formula) => {
    const [channels] = computeLayer('Reduction', `reduction_param { operation: ${operation} axis: 2 coeff: 0.5 }`, [image]);
    expect(channels?.shape).toEqual([1, 3]);
    [0, 1, 2].forEach((channel) => {
      expect(channels?.values[channel]).toBeCloseTo(0.5 * formula(image.values.slice(8 * channel, 8 * channel + 8)), 5);
    });
    const [whole] = computeLayer('Reduction', `reduction_param { operation: ${operation} }`, [image]);
    expect(whole?.values[0]).toBeCloseTo(formula(image.values), 5);
  });
});

describe('ArgMax', () => {
  it('returns the index of the maximum along an axis or of all', () => {
    const largest = image.values.indexOf(Math.max(...image.values));
    expect(computeLayer('ArgMax', '', [image])[0]?.values).toEqual([largest]);
    const [out] = computeLayer('ArgMax', 'argmax_param { axis: 1 }', [image]);
    expect(out?.shape).toEqual([1, 1, 2, 4]);
    out?.values.forEach((found, place) => {
      const lane = [0, 1, 2].map((channel) => image.values[8 * channel + place] ?? 0);
      expect(found).toBe(lane.indexOf(Math.max(...lane)));
    });
  });
});
