import { describe, expect, it } from 'vitest';
import { computeLayer, ramp } from '../testing.ts';

const image = ramp(1, 2, 3, 4);
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe('elementwise functions', () => {
  it.each<readonly [string, string, (x: number) => number]>([
    ['AbsVal', '', Math.abs],
    ['BNLL', '', (x) => Math.log1p(Math.exp(x))],
    ['Clip', 'clip_param { min: -0.5 max: 0.7 }', (x) => Math.min(0.7, Math.max(-0.5, x))],
    ['ELU', 'elu_param { alpha: 0.3 }', (x) => (x > 0 ? x : 0.3 * Math.expm1(x))],
    ['Exp', '', Math.exp],
    ['Exp', 'exp_param { base: 2 scale: 0.5 shift: 1 }', (x) => 2 ** (1 + 0.5 * x)],
    ['HardSigmoid', '', (x) => Math.min(1, Math.max(0, 0.2 * x + 0.5))],
    ['HardSwish', '', (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5))],
    ['Log', 'log_param { base: 10 scale: 2 shift: 5 }', (x) => Math.log10(2 * x + 5)],
    ['Mish', '', (x) => x * Math.tanh(Math.log1p(Math.exp(x)))],
    ['Power', 'power_param { power: 2 scale: 0.5 shift: 1 }', (x) => (1 + 0.5 * x) ** 2],
    ['Power', 'power_param { scale: 0.017 shift: -2 }', (x) => 0.017 * x - 2],
    ['ReLU', '', (x) => Math.max(0, x)],
    ['ReLU', 'relu_param { negative_slope: 0.1 }', (x) => (x < 0 ? 0.1 * x : x)],
    ['ReLU6', '', (x) => Math.min(6, Math.max(0, x))],
    ['Sigmoid', '', sigmoid],
    ['Swish', 'swish_param { beta: 1.5 }', (x) => x * sigmoid(1.5 * x)],
    ['TanH', '', Math.tanh],
    ['Threshold', 'threshold_param { threshold: 0.3 }', (x) => (x > 0.3 ? 1 : 0)],
  ])('%s %s', (type, param, formula) => {
    const [out] = computeLayer(type, param, [image]);
    expect(out?.shape).toEqual(image.shape);
    image.values.forEach((value, index) => {
      expect(out?.values[index]).toBeCloseTo(formula(value), 5);
    });
  });
});

describe('PReLU', () => {
  it.each([
    ['a slope for each channel', '', [0.1, 0.4], [0.1, 0.4]],
    ['one slope for all', 'prelu_param { channel_shared: true }', [0.3], [0.3, 0.3]],
  ])('accepts %s', (_, param, stored, slopes) => {
    const [out] = computeLayer('PReLU', param, [image], [{ shape: [stored.length], values: stored }]);
    image.values.forEach((value, index) => {
      expect(out?.values[index]).toBeCloseTo(value < 0 ? value * (slopes[Math.floor(index / 12)] ?? 0) : value, 6);
    });
  });
});
