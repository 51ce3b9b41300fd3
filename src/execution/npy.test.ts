import { expect, it } from 'vitest';
import { joinPieces } from '../bytes/join.ts';
import { readNpy } from '../verify/npy.ts';
import { writeNpy } from './npy.ts';

it.each([[[]], [[6]], [[2, 3]], [[1, 2, 3, 1]]])('writes the shape %j', (shape) => {
  const length = shape.reduce((product, size) => product * size, 1);
  const pieces = writeNpy(
    Float32Array.from({ length }, (_, index) => index + 0.5),
    shape,
  );
  const bytes = joinPieces(
    pieces,
    pieces.reduce((sum, piece) => sum + piece.length, 0),
  );
  expect((bytes.length - length * 4) % 64).toBe(0);
  const tensor = readNpy(bytes, 'x.npy');
  expect([tensor.dtype, tensor.shape, [...tensor.toFloat64()]]).toEqual([
    'float32',
    shape,
    Array.from({ length }, (_, index) => index + 0.5),
  ]);
});

it('writes integers', () => {
  const pieces = writeNpy(Int32Array.of(-1, 70000), [2]);
  const tensor = readNpy(
    joinPieces(
      pieces,
      pieces.reduce((sum, piece) => sum + piece.length, 0),
    ),
    'x.npy',
  );
  expect([tensor.dtype, [...tensor.toFloat64()]]).toEqual(['int32', [-1, 70000]]);
});
