import { expect, it } from 'vitest';
import { fitLength } from './fitLength.ts';

const values = Float32Array.from([1, 2, 3, 4, 5]);

it.each([
  [
    [1, 3],
    [1, 3],
    [1, 2, 3],
  ],
  [
    [1, 8],
    [1, 8],
    [1, 2, 3, 4, 5, 0, 0, 0],
  ],
  [
    ['n', 'samples'],
    [1, 5],
    [1, 2, 3, 4, 5],
  ],
  [
    ['frames', 2],
    [2, 2],
    [1, 2, 3, 4],
  ],
  [[], [], [1]],
])('puts five values into %j', (shape, fitted, data) => {
  expect(fitLength(values, shape)).toEqual({ shape: fitted, data: Float32Array.from(data) });
});
