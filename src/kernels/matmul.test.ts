import { expect, it } from 'vitest';
import { multiplyMatrices, transposeMatrix } from './matmul.ts';

const values = (length: number, seed: number): Float64Array => Float64Array.from({ length }, (_, index) => Math.sin(index * 7 + seed));

it.each([
  [1, 1, 1],
  [1, 5, 7],
  [4, 3, 2],
  [5, 4, 3],
  [8, 2, 6],
  [11, 9, 5],
  [3, 0, 2],
])('multiplies matrices of %i, %i and %i', (m, k, n) => {
  const [a, b] = [values(m * k + 2, 1), values(k * n + 3, 2)];
  const target = new Float64Array(m * n + 1).fill(99);
  multiplyMatrices(a, 2, b, 3, target, 1, [m, k, n]);
  const expected = Array.from({ length: m * n }, (_, index) => {
    let sum = 0;
    for (let inner = 0; inner < k; inner++) sum += (a[2 + Math.floor(index / n) * k + inner] ?? 0) * (b[3 + inner * n + (index % n)] ?? 0);
    return sum;
  });
  expect([...target]).toEqual([99, ...expected]);
});

it.each([
  [1, 1],
  [33, 70],
  [64, 32],
  [0, 5],
])('transposes a matrix of %i rows and %i columns', (rows, columns) => {
  const matrix = values(rows * columns, 3);
  const expected = Float64Array.from(matrix, (_, index) => matrix[(index % rows) * columns + Math.floor(index / rows)] ?? 0);
  expect(transposeMatrix(matrix, rows, columns)).toEqual(expected);
  expect(transposeMatrix(new Float32Array(matrix), rows, columns)).toEqual(new Float32Array(expected));
});
