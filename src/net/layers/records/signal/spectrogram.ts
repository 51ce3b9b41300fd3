import type { LayerRecord } from '../../record.ts';
import type { ShapeRule } from '../../shapeRule.ts';

const spectrogramShape: ShapeRule = ({ bottoms: [bottom], number }) => {
  const [length, hop] = [number('n_fft'), number('hoplen')];
  const [size] = bottom ?? [];
  if (bottom?.length !== 1 || size === undefined || length <= 0 || hop <= 0) return undefined;
  const padded = number('center') ? size + 2 * Math.trunc(length / 2) : size;
  if (padded < length) return undefined;
  const frames = Math.trunc((padded - length) / hop) + 1;
  const rows = number('onesided') ? Math.trunc(length / 2) + 1 : length;
  return [number('power') === 0 ? [rows, frames, 2] : [rows, frames]];
};

const inverseSpectrogramShape: ShapeRule = ({ bottoms: [bottom], number }) => {
  const [length, frames] = [number('n_fft'), bottom?.[1]];
  if (bottom?.length !== 3 || frames === undefined) return undefined;
  const size = (frames - 1) * number('hoplen') + (number('center') ? length % 2 : length);
  return size > 0 ? [number('returns') === 0 ? [size, 2] : [size]] : undefined;
};

const inverseSpectrogramParams = {
  n_fft: { id: 0, kind: 'int', default: 0 },
  returns: { id: 1, kind: 'int', default: 0 },
  hoplen: { id: 2, kind: 'int', default: 'n_fft / 4' },
  winlen: { id: 3, kind: 'int', default: 'n_fft' },
  window_type: { id: 4, kind: 'int', default: 0 },
  center: { id: 5, kind: 'int', default: 1 },
  normalized: { id: 7, kind: 'int', default: 0 },
} as const;

export const InverseSpectrogram: LayerRecord<typeof inverseSpectrogramParams> = {
  index: 106,
  since: 20241226,
  family: 'other',
  oneBlobOnly: true,
  params: inverseSpectrogramParams,
  shape: inverseSpectrogramShape,
};

const spectrogramParams = {
  n_fft: { id: 0, kind: 'int', default: 0 },
  power: { id: 1, kind: 'int', default: 0 },
  hoplen: { id: 2, kind: 'int', default: 'n_fft / 4' },
  winlen: { id: 3, kind: 'int', default: 'n_fft' },
  window_type: { id: 4, kind: 'int', default: 0 },
  center: { id: 5, kind: 'int', default: 1 },
  pad_type: { id: 6, kind: 'int', default: 2 },
  normalized: { id: 7, kind: 'int', default: 0 },
  onesided: { id: 8, kind: 'int', default: 1 },
} as const;

export const Spectrogram: LayerRecord<typeof spectrogramParams> = {
  index: 105,
  since: 20241226,
  family: 'other',
  oneBlobOnly: true,
  params: spectrogramParams,
  shape: spectrogramShape,
  creates: { always: ['Padding'] },
};
