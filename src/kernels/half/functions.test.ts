import { describe, expect, it } from 'vitest';
import {
  cosHalf,
  erfHalf,
  expHalf,
  fastGeluHalf,
  geluHalf,
  logHalf,
  mishHalf,
  reciprocalHalf,
  reciprocalRootHalf,
  sigmoidHalf,
  sinHalf,
  swishHalf,
  tanhHalf,
} from './functions.ts';
import { roundHalf } from './round.ts';
import { softmaxHalf } from './softmax.ts';

const signed = [
  -9.5, -4.25, -1.2998, -0.700195, -0.109985, -0.0010004, 0, 0.000200033, 0.0499878, 0.330078, 0.899902, 1.7002, 2.59961, 5.10156, 7.69922,
  9.89844,
].map(roundHalf);
const positive = [
  9.50781, 4.26172, 1.30957, 0.709961, 0.119995, 0.0110016, 0.0100021, 0.0102005, 0.0599976, 0.340088, 0.909668, 1.70996, 2.60938, 5.11328,
  7.71094, 9.90625,
].map(roundHalf);

/** The largest difference from the expected values, in units of their last place in float16. */
function worst(actual: readonly number[], expected: readonly number[]): number {
  const unit = (value: number): number => 2 ** (Math.max(Math.floor(Math.log2(Math.abs(value))), -14) - 10);
  return actual.reduce((most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? 0)) / unit(expected[index] ?? 0)), 0);
}

describe('functions in float16', () => {
  // Results of ncnn 1.0.20261020 for ARM, whose compiler joins and reorders some of the steps.
  it.each([
    [
      'exp',
      expHalf,
      signed,
      [7.51019e-5, 0.0142822, 0.272705, 0.496582, 0.895996, 0.999023, 1, 1, 1.05078, 1.39062, 2.45898, 5.47266, 13.4453, 164, 2202, 19840],
    ],
    [
      'log',
      logHalf,
      positive,
      [
        2.25195, 1.44922, 0.269775, -0.342529, -2.12109, -4.50781, -4.60547, -4.58594, -2.8125, -1.07812, -0.0946655, 0.536621, 0.958984,
        1.63184, 2.04297, 2.29297,
      ],
    ],
    [
      'sin',
      sinHalf,
      signed,
      [
        0.0751343, 0.89502, -0.963379, -0.644531, -0.109741, -0.0010004, 0, 0.000200033, 0.0499573, 0.324219, 0.783203, 0.991699, 0.515625,
        -0.925293, 0.988281, -0.456055,
      ],
    ],
    [
      'cos',
      cosHalf,
      signed,
      [
        -0.99707, -0.446045, 0.267578, 0.764648, 0.994141, 1, 1, 1, 0.998535, 0.945801, 0.621582, -0.129028, -0.856445, 0.379395, 0.154175,
        -0.889648,
      ],
    ],
    [
      'tanh',
      tanhHalf,
      signed,
      [
        -1, -0.999512, -0.861816, -0.604492, -0.109558, -0.0010004, 0, 0.000200033, 0.0499268, 0.318848, 0.716797, 0.935059, 0.989746, 1, 1,
        1,
      ],
    ],
    [
      'rsqrt',
      reciprocalRootHalf,
      positive,
      [
        0.324219, 0.484375, 0.874023, 1.18652, 2.88672, 9.53125, 10, 9.90625, 4.08203, 1.71484, 1.04785, 0.764648, 0.619141, 0.442139,
        0.360107, 0.317627,
      ],
    ],
    [
      'reciprocal',
      reciprocalHalf,
      positive,
      [
        0.105164, 0.234619, 0.763672, 1.40918, 8.33594, 90.9375, 100, 98, 16.6719, 2.93945, 1.09961, 0.584961, 0.383301, 0.195557, 0.129639,
        0.100952,
      ],
    ],
    [
      'Sigmoid',
      sigmoidHalf,
      signed,
      [
        7.51019e-5, 0.0140839, 0.214233, 0.331787, 0.472412, 0.5, 0.5, 0.5, 0.512695, 0.582031, 0.710938, 0.845703, 0.931152, 0.994141, 1,
        1,
      ],
    ],
    [
      'Swish',
      swishHalf,
      signed,
      [
        -0.000713348, -0.059845, -0.278564, -0.2323, -0.0519409, -0.000500202, 0, 0.000100017, 0.0256195, 0.192017, 0.640137, 1.4375,
        2.41992, 5.07031, 7.69922, 9.89844,
      ],
    ],
    [
      'Mish',
      mishHalf,
      signed,
      [
        0, -0.0617981, -0.307373, -0.267578, -0.0621338, -0.000599861, 0, 0.000120044, 0.030777, 0.231567, 0.76123, 1.62109, 2.57617,
        5.10156, 7.69922, 9.89844,
      ],
    ],
    [
      'Erf',
      erfHalf,
      signed,
      [-1, -1, -0.933594, -0.677734, -0.123596, -0.00112915, 0, 0.000225663, 0.056366, 0.359375, 0.796875, 0.983887, 1, 1, 1, 1],
    ],
    [
      'GELU',
      geluHalf,
      signed,
      [
        0, 0, -0.125977, -0.169434, -0.0502014, -0.000499725, 0, 0.000100017, 0.026001, 0.207764, 0.734375, 1.625, 2.58789, 5.10156,
        7.69922, 9.89844,
      ],
    ],
    [
      'GELU with tanh',
      fastGeluHalf,
      signed,
      [
        0, 0, -0.126343, -0.169434, -0.0501709, -0.000499725, 0, 0.000100017, 0.026001, 0.207764, 0.734375, 1.62402, 2.58789, 5.10156,
        7.69922, 9.89844,
      ],
    ],
  ] as const)('%s gives the result of ncnn but for a few units of the last place', (_, approximate, values, expected) => {
    const actual = values.map(approximate);
    expect(worst(actual, expected)).toBeLessThan(5);
    expect(actual.map(roundHalf)).toEqual(actual);
  });

  it('have the limits of float16', () => {
    expect(expHalf(-11)).toBe(0);
    expect(expHalf(20)).toBeLessThan(65504);
    expect(logHalf(0)).toBeNaN();
    expect([tanhHalf(5), tanhHalf(-5), mishHalf(30)]).toEqual([1, -1, 30]);
  });
});

describe('softmax in float16', () => {
  it('gives the probabilities of ncnn for a row', () => {
    const values = Float64Array.from(signed);
    softmaxHalf(values, true);
    expect(
      worst(
        [...values],
        [
          0, 0, 0, 0, 4.03523e-5, 4.50015e-5, 4.50015e-5, 4.50015e-5, 4.71473e-5, 6.24657e-5, 0.000110447, 0.000246763, 0.00060606,
          0.00738144, 0.0990601, 0.892578,
        ],
      ),
    ).toBeLessThan(8);
  });

  it('stops counting equal shares at 2048 if they are not in a row', () => {
    const [row, column] = [new Float64Array(4096), new Float64Array(4096)];
    softmaxHalf(row, true);
    softmaxHalf(column, false);
    expect([row[0], column[0]]).toEqual([1 / 4096, 1 / 2048]);
  });
});
