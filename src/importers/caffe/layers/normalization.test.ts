import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, type PrototxtValues, ramp } from '../testing.ts';

const image = ramp(1, 3, 4, 5);
const channelOf = (index: number): number => Math.floor(index / 20);

function expectEach(actual: PrototxtValues | undefined, formula: (value: number, channel: number, index: number) => number): void {
  expect(actual?.shape).toEqual(image.shape);
  image.values.forEach((value, index) => {
    expect(actual?.values[index]).toBeCloseTo(formula(value, channelOf(index), index), 4);
  });
}

describe('BatchNorm', () => {
  const [means, variances] = [
    [0.1, -0.2, 0.3],
    [0.5, 1, 2],
  ] as const;
  const stored = (factor: number): readonly PrototxtValues[] => [
    { shape: [3], values: means.map((value) => value * factor) },
    { shape: [3], values: variances.map((value) => value * factor) },
    { shape: [1], values: [factor] },
  ];
  const normalized =
    (eps: number) =>
    (value: number, channel: number): number =>
      (value - (means[channel] ?? 0)) / Math.sqrt((variances[channel] ?? 1) + eps);

  it('divides the accumulated sums by their factor', () => {
    expectEach(computeLayer('BatchNorm', '', [image], stored(1))[0], normalized(1e-5));
    expectEach(computeLayer('BatchNorm', 'batch_norm_param { eps: 0.01 }', [image], stored(999.5))[0], normalized(0.01));
  });

  it('treats a factor of 0 as untrained', () => {
    expectEach(computeLayer('BatchNorm', '', [image], stored(0))[0], (value) => value / Math.sqrt(1e-5));
  });

  it('works without a factor', () => {
    expectEach(computeLayer('BatchNorm', '', [image], stored(1).slice(0, 2))[0], normalized(1e-5));
  });

  it('names missing statistics', () => {
    expect(errorsOf(() => computeLayer('BatchNorm', '', [image])).join()).toContain('weights-mismatch');
  });
});

describe('LRN', () => {
  it('sums squares over channels with `k`', () => {
    const [out] = computeLayer('LRN', 'lrn_param { local_size: 3 alpha: 0.5 beta: 0.6 k: 2 }', [image]);
    expectEach(out, (value, channel, index) => {
      const squares = [-1, 0, 1]
        .filter((step) => channel + step >= 0 && channel + step < 3)
        .map((step) => (image.values[index + 20 * step] ?? 0) ** 2);
      return value * (2 + (0.5 / 3) * squares.reduce((sum, square) => sum + square, 0)) ** -0.6;
    });
  });

  it('rejects an even window', () => {
    expect(errorsOf(() => computeLayer('LRN', 'lrn_param { local_size: 4 }', [image])).join()).toContain('`local_size` must be odd, got 4');
  });
});

describe('MVN', () => {
  it.each([
    [true, true],
    [true, false],
    [false, false],
  ])('normalizes (variance %s, across channels %s)', (variance, across) => {
    const param = `mvn_param { normalize_variance: ${variance} across_channels: ${across} eps: 0.01 }`;
    expectEach(computeLayer('MVN', param, [image])[0], (value, channel) => {
      const group = across ? image.values : image.values.filter((_, index) => channelOf(index) === channel);
      const mean = group.reduce((sum, entry) => sum + entry, 0) / group.length;
      const spread = Math.sqrt(group.reduce((sum, entry) => sum + (entry - mean) ** 2, 0) / group.length);
      return variance ? (value - mean) / (spread + 0.01) : value - mean;
    });
  });
});

describe('Normalize', () => {
  it.each([
    [true, true],
    [true, false],
    [false, false],
  ])('divides by the length (across space %s, one scale %s)', (spatial, shared) => {
    const scales = shared ? [7] : [7, 8, 9];
    const param = `norm_param { across_spatial: ${spatial} channel_shared: ${shared} }`;
    const [out] = computeLayer('Normalize', param, [image], [{ shape: [scales.length], values: scales }]);
    expectEach(out, (value, channel, index) => {
      const group = spatial ? image.values : image.values.filter((_, other) => other % 20 === index % 20);
      const length = Math.sqrt(group.reduce((sum, entry) => sum + entry * entry, 0) + 1e-10);
      return (value / length) * (scales[shared ? 0 : channel] ?? 0);
    });
  });
});
