import { expect, it } from 'vitest';
import { outputViews, type ViewName } from './outputViews.ts';

const cases: readonly (readonly [shape: readonly number[], value: number, hasPicture: boolean, views: readonly ViewName[]])[] = [
  [[1, 1, 320, 320], 0.5, true, ['boxes', 'heat map', 'numbers']],
  [[1, 1, 320, 320], 0.5, false, ['heat map', 'numbers']],
  [[1, 1, 32, 32], 5, true, ['heat map', 'numbers']],
  [[1, 16, 8, 8], 0.5, true, ['heat map', 'numbers']],
  [[1, 1000], 0.5, true, ['top classes', 'waveform', 'numbers']],
  [[1, 16000], 0.5, false, ['waveform', 'numbers']],
  [[1, 1], 0.5, false, ['numbers']],
  [[], 0.5, false, ['numbers']],
  [[7, 3], 0.5, false, ['numbers', 'heat map']],
];

it.each(cases)('of the shape %j of %d, picture %s', (shape, value, hasPicture, views) => {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value);
  expect(outputViews({ name: 'y', shape, data }, hasPicture)).toEqual(views);
});

it('draws boxes of tables of detections', () => {
  const table = { name: 'y', shape: [2, 6], data: new Float32Array(12), columns: ['label', 'score', 'left', 'top', 'right', 'bottom'] };
  expect(outputViews(table, true)).toEqual(['boxes', 'numbers']);
});
