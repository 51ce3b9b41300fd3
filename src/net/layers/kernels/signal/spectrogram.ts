import { extents, type Kernel, type LayerCall, LayerError, requireThat } from '../call.ts';
import { borderIndices } from '../movement/tile.ts';

const { fround } = Math;

/** The parameters of a short-time Fourier transform. */
interface Transform {
  readonly length: number;
  readonly hop: number;
  readonly centered: boolean;
  readonly window: Float32Array;
  /** `cos` and `sin` of 2π·i/length, with the precision of ncnn's float32 angles, which are coarse for large products. */
  readonly twiddle: (row: number, column: number) => readonly [cosine: number, sine: number];
  /** The factor of the spectrum; the inverse divides by it. */
  readonly scale: number;
}

function transformOf(call: LayerCall): Transform {
  const [length, hop, size] = [call.number('n_fft'), call.number('hoplen'), call.number('winlen')];
  requireThat(length > 0 && hop > 0 && size > 0 && size <= length, `a window of ${size} does not fit a transform of ${length}`);
  call.spend('elements', 4 * length);
  const window = new Float32Array(length);
  const form = windows[call.number('window_type')];
  if (form === undefined) throw new LayerError(`unknown window type ${call.number('window_type')}`);
  const before = Math.trunc((length - size) / 2);
  for (let index = 0; index < size; index++) window[before + index] = form(Math.cos(fround((2 * Math.PI * index) / size)));
  const energy = window.reduce((sum, value) => sum + value * value, 0);
  const scale = [1, 1 / Math.sqrt(length), 1 / Math.sqrt(energy)][call.number('normalized')];
  if (scale === undefined) throw new LayerError(`unknown normalization ${call.number('normalized')}`);
  const twiddle = (row: number, column: number): readonly [number, number] => {
    const angle = fround((2 * Math.PI * row * column) / length);
    return [Math.cos(angle), Math.sin(angle)];
  };
  return { length, hop, centered: call.number('center') !== 0, window, twiddle, scale };
}

/** Number of steps that one sine and cosine cost. */
const stepsOfAngle = 16;

/** Window functions of a cosine by `window_type`: rectangular, Hann, Hamming. */
const windows: readonly ((cosine: number) => number)[] = [() => 1, (cosine) => 0.5 * (1 - cosine), (cosine) => 0.54 - 0.46 * cosine];

/** `[frequencies, frames, 2]`, or `[frequencies, frames]` for magnitudes or their squares. */
export const spectrogramKernel: Kernel = (call) => {
  const { length, hop, centered, window, twiddle, scale } = transformOf(call);
  const bottom = call.bottom(0);
  const { w } = extents(bottom);
  const power = call.number('power');
  requireThat(
    bottom.shape.length === 1 && power >= 0 && power <= 2,
    `expected a signal of one axis and a power from 0 to 2, got [${bottom.shape.join(',')}] and ${power}`,
  );
  const border = centered ? Math.trunc(length / 2) : 0;
  const places = borderIndices(w, border, border, centered ? call.number('pad_type') : 0);
  const frames = Math.trunc((places.length - length) / hop) + 1;
  requireThat(places.length >= length, `a signal of ${w} is shorter than a frame of ${length}`);
  const half = Math.trunc(length / 2) + 1;
  const rows = call.number('onesided') ? half : length;
  const parts = power === 0 ? 2 : 1;
  const result = call.newBlob(power === 0 ? [rows, frames, 2] : [rows, frames]);
  call.spend('steps', rows * length * (frames + stepsOfAngle));
  const angles = new Float64Array(2 * length);
  for (let row = 0; row < rows; row++) {
    // The spectrum of a real signal is symmetric: the second half is the complex conjugate of the first.
    const [own, sign] = row < half ? [row, 1] : [length - row, -1];
    for (let tap = 0; tap < length; tap++) angles.set(twiddle(own, tap), 2 * tap);
    for (let frame = 0; frame < frames; frame++) {
      let [real, imaginary] = [0, 0];
      for (let tap = 0; tap < length; tap++) {
        const place = places[frame * hop + tap] ?? -1;
        const value = place < 0 ? 0 : (bottom.values[place] ?? 0) * (window[tap] ?? 0);
        real += value * (angles[2 * tap] ?? 0);
        imaginary -= value * (angles[2 * tap + 1] ?? 0);
      }
      [real, imaginary] = [real * scale, imaginary * scale];
      const energy = real * real + imaginary * imaginary;
      const at = (row * frames + frame) * parts;
      result.values[at] = [real, Math.sqrt(energy), energy][power] ?? 0;
      if (power === 0) result.values[at + 1] = sign * imaginary;
    }
  }
  return [result];
};

/** The signal from overlapping frames, divided by the sum of the squared windows. */
export const inverseSpectrogramKernel: Kernel = (call) => {
  const { length, hop, centered, window, twiddle, scale } = transformOf(call);
  const bottom = call.bottom(0);
  const [frequencies = 0, frames = 0, parts] = bottom.shape;
  const half = Math.trunc(length / 2) + 1;
  requireThat(
    bottom.shape.length === 3 && parts === 2 && (frequencies === half || frequencies === length),
    `[${bottom.shape.join(',')}] is not a spectrogram with frames of ${length}`,
  );
  const returns = call.number('returns');
  requireThat(returns >= 0 && returns <= 2, `unknown part ${returns} of a spectrum`);
  const border = centered ? Math.trunc(length / 2) : 0;
  const size = (frames - 1) * hop + (centered ? length % 2 : length);
  call.spend('elements', 6 * size + 16 * length);
  call.spend('steps', length * length * (frames + stepsOfAngle));
  const [reals, imaginaries, weights] = [new Float64Array(size), new Float64Array(size), new Float64Array(size)];
  for (let tap = 0; tap < length; tap++) {
    const angles = Array.from({ length }, (_, row) => twiddle(tap, row));
    for (let frame = 0; frame < frames; frame++) {
      const place = frame * hop + tap - border;
      if (place < 0 || place >= size) continue;
      let [real, imaginary] = [0, 0];
      for (const [row, [cosine, sine]] of angles.entries()) {
        const mirrored = row >= frequencies;
        const at = ((mirrored ? length - row : row) * frames + frame) * 2;
        const [x, y] = [bottom.values[at] ?? 0, (bottom.values[at + 1] ?? 0) * (mirrored ? -1 : 1)];
        real += x * cosine - y * sine;
        imaginary += x * sine + y * cosine;
      }
      const weight = window[tap] ?? 0;
      const factor = weight / (length * scale);
      reals[place] = (reals[place] ?? 0) + real * factor;
      imaginaries[place] = (imaginaries[place] ?? 0) + imaginary * factor;
      weights[place] = (weights[place] ?? 0) + weight * weight;
    }
  }
  const signal = call.newBlob(returns === 0 ? [size, 2] : [size]);
  for (let place = 0; place < size; place++) {
    const divisor = weights[place] === 0 ? 1 : (weights[place] ?? 1);
    const [real, imaginary] = [(reals[place] ?? 0) / divisor, (imaginaries[place] ?? 0) / divisor];
    signal.values.set(returns === 0 ? [real, imaginary] : [returns === 1 ? real : imaginary], returns === 0 ? 2 * place : place);
  }
  return [signal];
};
