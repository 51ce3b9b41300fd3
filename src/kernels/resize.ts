/** Interpolation along one axis as ONNX defines it for Resize: every mode is a product of such maps, one an axis. */

export type CoordinateMode =
  | 'half_pixel'
  | 'half_pixel_symmetric'
  | 'pytorch_half_pixel'
  | 'align_corners'
  | 'asymmetric'
  | 'tf_crop_and_resize';
export type NearestMode = 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';

export interface Interpolation {
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates: CoordinateMode;
  readonly nearest: NearestMode;
  readonly cubicCoefficient: number;
  readonly antialias: boolean;
  readonly excludeOutside: boolean;
}

/** An axis to resize. */
export interface ResizedAxis {
  readonly inputSize: number;
  readonly outputSize: number;
  /** Output by input; the sizes need not have this ratio exactly, for they are whole. */
  readonly scale: number;
  /** Begin and end of the region of interest, as fractions of the axis. */
  readonly region: readonly [number, number];
}

/** The elements that make an output, and their shares. None where the output lies outside of the region. */
export interface Taps {
  readonly indices: readonly number[];
  readonly weights: readonly number[];
}

/** The taps of every output of an axis. */
export function interpolationTaps(axis: ResizedAxis, settings: Interpolation): readonly Taps[] {
  return Array.from({ length: axis.outputSize }, (_, index) => {
    const place = originalCoordinate(index, axis, settings.coordinates);
    const last = axis.inputSize - 1;
    if (settings.coordinates === 'tf_crop_and_resize' && (place < 0 || place > last)) return { indices: [], weights: [] };
    return settings.mode === 'nearest' ? nearestTap(place, last, settings.nearest) : smoothTaps(place, axis, settings);
  });
}

/** Resizes the middle axis of `[before, axis, after]`; outputs without taps get the extrapolation value. */
export function resizeAxis(
  values: ArrayLike<number>,
  inputSize: number,
  after: number,
  taps: readonly Taps[],
  extrapolation: number,
): Float64Array {
  const before = values.length / (inputSize * after);
  const result = new Float64Array(before * taps.length * after);
  for (let outer = 0; outer < before; outer++) {
    taps.forEach(({ indices, weights }, index) => {
      const target = (outer * taps.length + index) * after;
      if (indices.length === 0) result.fill(extrapolation, target, target + after);
      indices.forEach((source, tap) => {
        const weight = weights[tap] ?? 0;
        const from = (outer * inputSize + source) * after;
        for (let inner = 0; inner < after; inner++)
          result[target + inner] = (result[target + inner] ?? 0) + weight * (values[from + inner] ?? 0);
      });
    });
  }
  return result;
}

/** Taps with indices ascending, equal ones added up and those without a share left out. */
export function mergedTaps({ indices, weights }: Taps): Taps {
  const shares = new Map<number, number>();
  indices.forEach((index, tap) => {
    shares.set(index, (shares.get(index) ?? 0) + (weights[tap] ?? 0));
  });
  const kept = [...shares].filter(([, weight]) => weight !== 0).sort(([left], [right]) => left - right);
  return { indices: kept.map(([index]) => index), weights: kept.map(([, weight]) => weight) };
}

function originalCoordinate(index: number, { inputSize, outputSize, scale, region }: ResizedAxis, mode: CoordinateMode): number {
  const resized = resizedLength(inputSize, scale);
  switch (mode) {
    case 'align_corners':
      return resized === 1 ? 0 : (index * (inputSize - 1)) / (resized - 1);
    case 'asymmetric':
      return index / scale;
    case 'tf_crop_and_resize': {
      const [begin, end] = region;
      const offset = resized === 1 ? ((end - begin) * (inputSize - 1)) / 2 : (index * (end - begin) * (inputSize - 1)) / (resized - 1);
      return begin * (inputSize - 1) + offset;
    }
    case 'pytorch_half_pixel':
      return resized === 1 ? 0 : (index + 0.5) / scale - 0.5;
    case 'half_pixel':
      return (index + 0.5) / scale - 0.5;
    case 'half_pixel_symmetric':
      return (inputSize / 2) * (1 - outputSize / resized) + (index + 0.5) / scale - 0.5;
  }
}

/** The length that input and scale give, a fraction where the output was rounded; noise of a float32 scale is taken away. */
function resizedLength(inputSize: number, scale: number): number {
  const length = inputSize * scale;
  const whole = Math.round(length);
  return Math.abs(length - whole) <= length * 1e-6 ? whole : length;
}

function nearestTap(place: number, last: number, mode: NearestMode): Taps {
  // A scale in float32 puts a coordinate beside the integer or the half that is meant.
  const halves = Math.round(place * 2) / 2;
  const exact = Math.abs(place - halves) <= 1e-5 ? halves : place;
  const round: Readonly<Record<NearestMode, () => number>> = {
    round_prefer_floor: () => Math.ceil(exact - 0.5),
    round_prefer_ceil: () => Math.floor(exact + 0.5),
    floor: () => Math.floor(exact),
    ceil: () => Math.ceil(exact),
  };
  return { indices: [Math.max(0, Math.min(last, round[mode]()))], weights: [1] };
}

function smoothTaps(place: number, { inputSize, scale }: ResizedAxis, settings: Interpolation): Taps {
  const cubic = settings.mode === 'cubic';
  const kernel = cubic ? cubicKernel(settings.cubicCoefficient) : (distance: number) => Math.max(0, 1 - Math.abs(distance));
  // Where it shrinks, the antialiasing filter is as much wider.
  const narrowing = settings.antialias ? Math.min(scale, 1) : 1;
  const reach = (cubic ? 2 : 1) / narrowing;
  const first = Math.floor(place - reach) + 1;
  const end = Math.ceil(place + reach);
  const indices: number[] = [];
  const weights: number[] = [];
  for (let index = first; index < end; index++) {
    if (settings.excludeOutside && (index < 0 || index >= inputSize)) continue;
    indices.push(Math.max(0, Math.min(inputSize - 1, index)));
    weights.push(kernel((index - place) * narrowing));
  }
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const normalized = (settings.antialias || settings.excludeOutside) && sum !== 0 ? weights.map((weight) => weight / sum) : weights;
  return mergedTaps({ indices, weights: normalized });
}

/** Keys' cubic with the free coefficient a. */
function cubicKernel(a: number): (distance: number) => number {
  return (distance) => {
    const x = Math.abs(distance);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  };
}
