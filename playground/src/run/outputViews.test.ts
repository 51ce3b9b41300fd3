import { expect, it } from 'vitest';
import { outputViews, type ViewName } from './outputViews.ts';

const cases: readonly (readonly [shape: readonly number[], value: number, side: number | undefined, views: readonly ViewName[]])[] = [
  [[1, 1, 320, 320], 0.5, 640, ['boxes', 'heat map', 'numbers']],
  [[1, 1, 320, 320], 0.5, undefined, ['heat map', 'numbers']],
  [[1, 28, 6625], 0.5, 640, ['heat map', 'numbers']],
  [[1, 1, 32, 32], 5, 640, ['heat map', 'numbers']],
  [[1, 16, 8, 8], 0.5, 640, ['heat map', 'numbers']],
  [[1, 1000], 0.5, 640, ['top classes', 'waveform', 'numbers']],
  [[1, 16000], 0.5, undefined, ['waveform', 'numbers']],
  [[1, 1], 0.5, undefined, ['numbers']],
  [[], 0.5, undefined, ['numbers']],
  [[7, 3], 0.5, undefined, ['numbers', 'heat map']],
];

it.each(cases)('offers views for shape %j filled with %d and a picture of %s', (shape, value, side, views) => {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(value);
  expect(outputViews({ name: 'y', shape, data }, side === undefined ? undefined : { width: side, height: side })).toEqual(views);
});

it('lists the best class of each row if rows are distributions', () => {
  const data = Float32Array.from({ length: 50 }, (_, index) => (index % 10 === 3 ? 1 : 0));
  expect(outputViews({ name: 'y', shape: [1, 5, 10], data }, undefined)).toEqual(['best of each row', 'heat map', 'numbers']);
});

it('draws boxes of tables of detections', () => {
  const table = { name: 'y', shape: [2, 6], data: new Float32Array(12), columns: ['label', 'score', 'left', 'top', 'right', 'bottom'] };
  expect(outputViews(table, { width: 8, height: 8 })).toEqual(['boxes', 'numbers']);
});
