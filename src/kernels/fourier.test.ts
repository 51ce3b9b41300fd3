import { expect, it } from 'vitest';
import { type FourierTransform, fourierMatrix, fourierResult } from './fourier.ts';

const plain: FourierTransform = { inputLength: 4, length: 4, inputParts: 1, inverse: false, oneSided: false };

function apply(transform: FourierTransform, values: readonly number[]): readonly number[] {
  const matrix = fourierMatrix(transform);
  return Array.from({ length: matrix.length / values.length }, (_, row) => {
    const sum = values.reduce((total, value, column) => total + value * (matrix[row * values.length + column] ?? 0), 0);
    return Number(sum.toFixed(9)) + 0;
  });
}

it('transforms real elements', () => {
  expect(apply(plain, [1, 2, 3, 4])).toEqual([10, 0, -2, 2, -2, 0, -2, -2]);
});

it('returns half of the spectrum', () => {
  const half = { ...plain, oneSided: true };
  expect(fourierResult(half)).toEqual({ size: 3, parts: 2 });
  expect(apply(half, [1, 2, 3, 4])).toEqual([10, 0, -2, 2, -2, 0]);
});

it('inverts a whole spectrum', () => {
  expect(apply({ ...plain, inputParts: 2, inverse: true }, [10, 0, -2, 2, -2, 0, -2, -2])).toEqual([1, 0, 2, 0, 3, 0, 4, 0]);
});

it('inverts half of a spectrum', () => {
  const half = { ...plain, inputLength: 3, inputParts: 2, inverse: true, oneSided: true } as const;
  expect(apply(half, [10, 0, -2, 2, -2, 0])).toEqual([1, 2, 3, 4]);
});

it('pads to its length', () => {
  expect(apply({ ...plain, inputLength: 2 }, [1, 2])).toEqual(apply(plain, [1, 2, 0, 0]));
});

it('crops to its length', () => {
  expect(apply({ ...plain, length: 2 }, [1, 2, 3, 4])).toEqual([3, 0, -1, 0]);
});
