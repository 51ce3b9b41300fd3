import { describe, expect, it } from 'vitest';
import { type Interpolation, interpolationTaps, mergedTaps } from './resize.ts';

const settings: Interpolation = {
  mode: 'linear',
  coordinates: 'half_pixel',
  nearest: 'round_prefer_floor',
  cubicCoefficient: -0.75,
  antialias: false,
  excludeOutside: false,
};
const axis = { inputSize: 4, outputSize: 8, scale: 2, region: [0, 1] as const };

describe('taps', () => {
  it('are clamped at the ends', () => {
    const taps = interpolationTaps(axis, settings);
    expect(taps[0]).toEqual({ indices: [0], weights: [1] });
    expect(taps[1]).toEqual({ indices: [0, 1], weights: [0.75, 0.25] });
    expect(taps[7]).toEqual({ indices: [3], weights: [1] });
  });

  it('have weights that add up to one in every mode', () => {
    for (const mode of ['linear', 'cubic'] as const) {
      for (const antialias of [false, true]) {
        for (const { weights } of interpolationTaps({ ...axis, outputSize: 3, scale: 0.75 }, { ...settings, mode, antialias })) {
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
        }
      }
    }
  });

  it('are rounded by the given mode', () => {
    const indices = (nearest: Interpolation['nearest']): number[] =>
      interpolationTaps(axis, { ...settings, mode: 'nearest', coordinates: 'asymmetric', nearest }).flatMap((taps) => taps.indices);
    expect(indices('floor')).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(indices('ceil')).toEqual([0, 1, 1, 2, 2, 3, 3, 3]);
    expect(indices('round_prefer_floor')).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    expect(indices('round_prefer_ceil')).toEqual([0, 1, 1, 2, 2, 3, 3, 3]);
    expect(indices('simple')).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  it('interpret a float32 scale as the fraction it approximates', () => {
    const third = { inputSize: 9, outputSize: 3, scale: Math.fround(1 / 3), region: [0, 1] as const };
    const taps = interpolationTaps(third, { ...settings, mode: 'nearest', coordinates: 'asymmetric', nearest: 'floor' });
    expect(taps.map(({ indices }) => indices[0])).toEqual([0, 3, 6]);
  });

  it('do not exist outside of the region', () => {
    const taps = interpolationTaps({ ...axis, region: [-1, 1] }, { ...settings, coordinates: 'tf_crop_and_resize' });
    expect(taps.map(({ indices }) => indices.length > 0)).toEqual([false, false, false, false, true, true, true, true]);
  });

  it('merge', () => {
    expect(mergedTaps({ indices: [1, 0, 1], weights: [0.5, 0, 0.5] })).toEqual({ indices: [1], weights: [1] });
  });
});
