import { expect, it } from 'vitest';
import { mapBoxes, onPicture, tableBoxes } from './mapBoxes.ts';

it('puts a slightly larger box around each connected part of a map', () => {
  const map = { data: new Float32Array(20 * 10), width: 20, height: 10 };
  for (let y = 3; y < 7; y++) for (let x = 2; x < 8; x++) map.data[y * 20 + x] = 0.9;
  map.data[9 * 20 + 19] = 0.9;
  expect(mapBoxes(map)).toEqual([{ left: 0, top: 0, right: 11, bottom: 10, label: '0.90' }]);
});

it('maps boxes back to the picture without its padding', () => {
  // 200 × 100 in 50 × 50: a quarter as large, with bars of 12.5 above and below; the map has half of the input's sizes.
  const placement = { scaleX: 0.25, scaleY: 0.25, left: 0, top: 12.5 };
  const [box] = onPicture(
    [{ left: 5, top: 10, right: 25, bottom: 18.75, label: '' }],
    { width: 25, height: 25 },
    { width: 200, height: 100, placement },
  );
  expect(box).toEqual({ left: 40, top: 30, right: 200, bottom: 100, label: '' });
});

it('reads tables of detections by the names of their columns', () => {
  const columns = ['label', 'score', 'xmin', 'ymin', 'xmax', 'ymax'];
  const data = Float32Array.from([1, 0.5, 0.25, 0, 0.75, 1, 2, 0.125, 0, 0, 1, 1]);
  expect(tableBoxes({ name: 'y', shape: [2, 6], data, columns })).toEqual([
    { left: 0.25, top: 0, right: 0.75, bottom: 1, label: 'label 1, 0.50' },
  ]);
});
