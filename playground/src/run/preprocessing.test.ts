import { expect, it } from 'vitest';
import { freeSize, presetOptions, presets } from './preprocessing.ts';

const preset = (key: string) => presets.find((entry) => entry.key === key) ?? { key, title: '', options: {} };

it('converts to gray for one channel', () => {
  expect(presetOptions(preset('paddle'), [1, 1, 28, 28], 'letterbox')).toEqual({
    channels: 'gray',
    mean: 116.28,
    scale: 1 / 57.12,
    resize: 'letterbox',
  });
  expect(presetOptions(preset('bytes-bgr'), [1, 3, 96, 96], 'fit')).toEqual({ channels: 'bgr', resize: 'fit' });
  expect(presetOptions(preset('unit'), [1, 224, 224, 3], undefined)).toEqual({ scale: 1 / 255, resize: 'fit' });
});

it('uses dynamic sizes that nets can halve', () => {
  expect(freeSize(1920, 1080)).toEqual([352, 640]);
  expect(freeSize(100, 20)).toEqual([32, 96]);
});
