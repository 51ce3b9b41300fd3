import { roundHalfToEven } from './rounding.ts';

/** Samples a volume at grid positions like ONNX's GridSample, in float64. */

export interface SamplingMode {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly padding: 'zeros' | 'border' | 'reflection';
  /** Whether -1 and 1 are the centers of the outermost elements instead of their outer edges. */
  readonly alignCorners: boolean;
}

/** Samples one channel of the given sizes at a position. Coordinates are normalized to [-1, 1], innermost axis first. */
export function sampleAt(
  values: ArrayLike<number>,
  offset: number,
  sizes: readonly number[],
  place: readonly number[],
  mode: SamplingMode,
): number {
  const taps = sizes.map((size, axis) => axisTaps(place[sizes.length - 1 - axis] ?? 0, size, mode));
  const sum = (axis: number, start: number): number => {
    const size = sizes[axis];
    if (size === undefined) return values[offset + start] ?? 0;
    let total = 0;
    for (const { index, weight } of taps[axis] ?? []) {
      if (index >= 0 && index < size && weight !== 0) total += weight * sum(axis + 1, start * size + index);
    }
    return total;
  };
  return sum(0, 0);
}

/**
 * Folds a normalized coordinate into [-1, 1]. ONNX reflects at the ends of this interval with and without aligned corners, so the fold does
 * not depend on the size of the axis.
 */
function reflectNormalized(coordinate: number): number {
  const shifted = coordinate + 1;
  const within = shifted - 4 * Math.floor(shifted / 4);
  return 1 - Math.abs(within - 2);
}

interface Tap {
  readonly index: number;
  readonly weight: number;
}

function axisTaps(coordinate: number, size: number, { mode, padding, alignCorners }: SamplingMode): readonly Tap[] {
  const denormalize = (normalized: number): number =>
    alignCorners ? ((normalized + 1) / 2) * (size - 1) : ((normalized + 1) * size - 1) / 2;
  const place = denormalize(padding === 'reflection' ? reflectNormalized(coordinate) : coordinate);
  const pixel = (index: number): number => {
    if (padding === 'zeros') return index;
    if (padding === 'border') return Math.max(0, Math.min(size - 1, index));
    return reflectIndex(index, size, alignCorners);
  };
  if (mode === 'nearest') return [{ index: pixel(nearestElement(coordinate, size, alignCorners)), weight: 1 }];
  const first = Math.floor(place);
  const fraction = place - first;
  if (mode === 'linear') {
    return [
      { index: pixel(first), weight: 1 - fraction },
      { index: pixel(first + 1), weight: fraction },
    ];
  }
  return cubicWeights(fraction).map((weight, tap) => ({ index: pixel(first - 1 + tap), weight }));
}

/**
 * The element that a coordinate rounds to. Computed in float32, because only then a grid hits the exact halves that it was computed for.
 */
function nearestElement(coordinate: number, size: number, alignCorners: boolean): number {
  const { fround } = Math;
  const shifted = fround(coordinate + 1);
  const place = alignCorners ? fround((shifted / 2) * (size - 1)) : fround((fround(shifted * size) - 1) / 2);
  return roundHalfToEven(place);
}

function reflectIndex(index: number, size: number, alignCorners: boolean): number {
  if (size === 1) return 0;
  const period = alignCorners ? 2 * (size - 1) : 2 * size;
  const within = ((index % period) + period) % period;
  if (within < size) return within;
  return alignCorners ? period - within : period - 1 - within;
}

/** Cubic weights of the four elements around a position, with the coefficient -0.75. */
function cubicWeights(fraction: number): readonly number[] {
  const a = -0.75;
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(1 + fraction), near(fraction), near(1 - fraction), far(2 - fraction)];
}
