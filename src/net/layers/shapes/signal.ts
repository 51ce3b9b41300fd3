import type { ShapeFamily, ShapeRule } from './rule.ts';

const spectrogram: ShapeRule = ({ bottoms: [bottom], number }) => {
  const [length, hop] = [number('n_fft'), number('hoplen')];
  const [size] = bottom ?? [];
  if (bottom?.length !== 1 || size === undefined || length <= 0 || hop <= 0) return undefined;
  const padded = number('center') ? size + 2 * Math.trunc(length / 2) : size;
  if (padded < length) return undefined;
  const frames = Math.trunc((padded - length) / hop) + 1;
  const rows = number('onesided') ? Math.trunc(length / 2) + 1 : length;
  return [number('power') === 0 ? [rows, frames, 2] : [rows, frames]];
};

const inverseSpectrogram: ShapeRule = ({ bottoms: [bottom], number }) => {
  const [length, frames] = [number('n_fft'), bottom?.[1]];
  if (bottom?.length !== 3 || frames === undefined) return undefined;
  const size = (frames - 1) * number('hoplen') + (number('center') ? length % 2 : length);
  return size > 0 ? [number('returns') === 0 ? [size, 2] : [size]] : undefined;
};

export const signalShapes: ShapeFamily = { InverseSpectrogram: inverseSpectrogram, Spectrogram: spectrogram };
