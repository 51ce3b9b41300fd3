/** Interpolation along one axis as ONNX's Resize defines it. Every mode is a product of such maps, one per axis. */

export type CoordinateMode =
  | 'half_pixel'
  | 'half_pixel_symmetric'
  | 'pytorch_half_pixel'
  | 'align_corners'
  | 'asymmetric'
  | 'tf_crop_and_resize'
  // PyTorch multiplies by a step where ONNX divides by a scale, which differs if a position is a whole number. Only importers write this
  // mode.
  | 'torch_asymmetric'
  // Up to operator set 12.
  | 'tf_half_pixel_for_nn';
/** `simple` is the rounding of operator set 10, where it has no name: down if the axis grows, up if it shrinks. */
export type NearestMode = 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil' | 'simple';

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
  /** Output size by input size. The actual ratio may differ slightly, because sizes are integers. */
  readonly scale: number;
  /** Start and end of the region of interest, as fractions of the axis. */
  readonly region: readonly [number, number];
}

/** The input elements that contribute to an output, and their weights. Empty if the output is outside the region. */
export interface Taps {
  readonly indices: readonly number[];
  readonly weights: readonly number[];
}

/** The taps of every output of an axis. Indices are ascending and unique. */
export function interpolationTaps(axis: ResizedAxis, settings: Interpolation): readonly Taps[] {
  return Array.from({ length: axis.outputSize }, (_, index) => interpolationTap(index, axis, settings));
}

/**
 * The taps of one output of an axis. Indices are ascending and unique.
 *
 * @param shift moves the coordinate, to test whether the result depends on rounding
 */
export function interpolationTap(index: number, axis: ResizedAxis, settings: Interpolation, shift = 0): Taps {
  if (settings.antialias && axis.inputSize === axis.outputSize) return oneTap(index);
  const place = originalCoordinate(index, axis, settings.coordinates) + shift;
  const last = axis.inputSize - 1;
  if (settings.coordinates === 'tf_crop_and_resize' && (place < 0 || place > last)) return { indices: [], weights: [] };
  if (settings.mode !== 'nearest') return smoothTaps(place, axis, settings);
  const rounding = roundings[settings.nearest === 'simple' ? (axis.scale < 1 ? 'ceil' : 'floor') : settings.nearest];
  return oneTap(Math.max(0, Math.min(last, rounding(place))));
}

const whole: readonly number[] = [1];

/** An output that equals one input element. */
export function oneTap(index: number): Taps {
  return { indices: [index], weights: whole };
}

const roundings: Readonly<Record<Exclude<NearestMode, 'simple'>, (place: number) => number>> = {
  round_prefer_floor: (place) => Math.ceil(place - 0.5),
  round_prefer_ceil: (place) => Math.floor(place + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** Resizes the middle axis of `[before, axis, after]`. Outputs without taps get the extrapolation value. */
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

/** The taps with ascending indices: equal indices are summed, and zero weights are removed. */
export function mergedTaps({ indices, weights }: Taps): Taps {
  if (isMerged(indices, weights)) return { indices, weights };
  const shares = new Map<number, number>();
  indices.forEach((index, tap) => {
    shares.set(index, (shares.get(index) ?? 0) + (weights[tap] ?? 0));
  });
  const nonzero = [...shares].filter(([, weight]) => weight !== 0).sort(([left], [right]) => left - right);
  return { indices: nonzero.map(([index]) => index), weights: nonzero.map(([, weight]) => weight) };
}

function isMerged(indices: readonly number[], weights: readonly number[]): boolean {
  for (let tap = 0; tap < indices.length; tap++) {
    if (weights[tap] === 0 || (tap > 0 && (indices[tap] ?? 0) <= (indices[tap - 1] ?? 0))) return false;
  }
  return true;
}

const { fround } = Math;

/**
 * The input position of an output, in float32 as in onnxruntime: for the nearest element, ties depend on rounding. The result has a whole
 * number of elements, as in onnxruntime and PyTorch; ONNX's reference uses the product of input size and scale instead. Only
 * `half_pixel_symmetric` depends on the difference.
 */
function originalCoordinate(index: number, axis: ResizedAxis, mode: CoordinateMode): number {
  const { inputSize, outputSize, region } = axis;
  const scale = fround(axis.scale);
  const halfPixel = (): number => fround(fround((index + 0.5) / scale) - 0.5);
  switch (mode) {
    case 'align_corners':
      return outputSize === 1 ? 0 : fround(fround(index * (inputSize - 1)) / (outputSize - 1));
    case 'asymmetric':
      return fround(index / scale);
    case 'torch_asymmetric':
      return fround(index * fround(1 / axis.scale));
    case 'tf_crop_and_resize': {
      const [begin, end] = region;
      const length = (end - begin) * (inputSize - 1);
      return fround(begin * (inputSize - 1) + (outputSize === 1 ? length / 2 : (index * length) / (outputSize - 1)));
    }
    case 'tf_half_pixel_for_nn':
      return fround((index + 0.5) / scale);
    case 'pytorch_half_pixel':
      return outputSize === 1 ? 0 : halfPixel();
    case 'half_pixel':
      return halfPixel();
    case 'half_pixel_symmetric': {
      const offset = fround((inputSize / 2) * fround(1 - fround(outputSize / fround(scale * inputSize))));
      return fround(fround(offset + fround((index + 0.5) / scale)) - 0.5);
    }
  }
}

function smoothTaps(place: number, { inputSize, scale }: ResizedAxis, settings: Interpolation): Taps {
  const cubic = settings.mode === 'cubic';
  const kernel = cubic ? cubicKernel(settings.cubicCoefficient) : (distance: number) => Math.max(0, 1 - Math.abs(distance));
  // When shrinking, the antialiasing filter is wider by the inverse of the scale.
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

/** Keys' cubic kernel with the free coefficient a. */
function cubicKernel(a: number): (distance: number) => number {
  return (distance) => {
    const x = Math.abs(distance);
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  };
}
