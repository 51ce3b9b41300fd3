import { expect, it } from 'vitest';
import { float, makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { decomposedResults } from '../testing.ts';

// The expected values are the results of onnxruntime.
const bytes = (shape: readonly number[], ...values: number[]): Tensor => Tensor.of('uint8', shape, Uint8Array.from(values));
const scalar = (value: number): Tensor => Tensor.of('float32', [], Float32Array.of(value));
const zero = (value: number): Tensor => bytes([], value);
const u = bytes([2, 4], 10, 200, 128, 0, 255, 3, 77, 130);

it('multiplies quantized matrices with a bias to integers or real numbers', () => {
  const weights = Tensor.of(
    'int8',
    [4, 3],
    Int8Array.from({ length: 12 }, (_, index) => index - 6),
  );
  const constants = { sa: scalar(0.1), za: zero(128), b: weights, sb: scalar(0.05), zb: Tensor.of('int8', [], Int8Array.of(1)) };
  const bias = { c: Tensor.of('int32', [3], Int32Array.of(100, -50, 7)), sy: scalar(0.5), zy: zero(100) };
  const inputs = ['a', 'sa', 'za', 'b', 'sb', 'zb'];
  const rounded = makeNode('com.microsoft:QGemm', [...inputs, 'c', 'sy', 'zy'], ['y']);
  expect(decomposedResults(rounded, { a: u }, { ...constants, ...bias }).y).toEqual([104, 101, 99, 98, 96, 96]);
  const real = makeNode('com.microsoft:QGemm', inputs, ['y'], { alpha: float(2) });
  const found = decomposedResults(real, { a: u }, constants).y ?? [];
  for (const [index, value] of [2.82, 1.08, -0.66, -3.34, -3.81, -4.28].entries()) expect(found[index]).toBeCloseTo(value, 4);
});

it('pools quantized images', () => {
  const image = bytes([1, 1, 4, 4], ...Array.from({ length: 16 }, (_, index) => index * 10));
  const constants = { sx: scalar(0.1), zx: zero(5), sy: scalar(0.2), zy: zero(3) };
  const inputs = ['x', 'sx', 'zx', 'sy', 'zy'];
  const windows = makeNode('com.microsoft:QLinearAveragePool', inputs, ['y'], { kernel_shape: [2, 2], strides: [2, 2] });
  expect(decomposedResults(windows, { x: image }, constants).y).toEqual([13, 23, 53, 63]);
  expect(decomposedResults(makeNode('com.microsoft:QLinearGlobalAveragePool', inputs, ['y']), { x: image }, constants).y).toEqual([38]);
});

it('concatenates tensors of different scales', () => {
  const constants = { sy: scalar(0.2), zy: zero(3), s1: scalar(0.1), z1: zero(5), s2: scalar(0.3), z2: zero(9) };
  const joined = makeNode('com.microsoft:QLinearConcat', ['sy', 'zy', 'x', 's1', 'z1', 'x', 's2', 'z2'], ['y'], { axis: 1 });
  const expected = [5, 101, 65, 1, 5, 255, 181, 0, 128, 2, 39, 65, 255, 0, 105, 185];
  // Differs by one step where a value is halfway.
  for (const [index, value] of (decomposedResults(joined, { x: u }, constants).y ?? []).entries()) {
    expect(Math.abs(value - (expected[index] ?? 0))).toBeLessThanOrEqual(1);
  }
});

it('selects from tensors of different scales', () => {
  const constants = { sy: scalar(0.2), zy: zero(3), s1: scalar(0.1), z1: zero(5), s2: scalar(0.3), z2: zero(9) };
  const chosen = makeNode('com.microsoft:QLinearWhere', ['c', 'x', 's1', 'z1', 'x', 's2', 'z2', 'sy', 'zy'], ['y']);
  const condition = Tensor.of('bool', [1, 4], Uint8Array.of(1, 0, 1, 0));
  const found = decomposedResults(chosen, { c: condition, x: u }, constants).y ?? [];
  for (const [index, value] of [5, 255, 65, 0, 128, 0, 39, 185].entries())
    expect(Math.abs((found[index] ?? 0) - value)).toBeLessThanOrEqual(1);
});

it('unpacks weights of few bits', () => {
  const x = Tensor.of(
    'float32',
    [1, 16],
    Float32Array.from({ length: 16 }, (_, index) => ((index % 7) - 3) / 4),
  );
  const scales = Tensor.float32([0.5, 0.25]);
  const node = (bits: number) => makeNode('com.microsoft:MatMulNBits', ['x', 'w', 's'], ['y'], { N: 2, K: 16, bits, block_size: 16 });
  const four = bytes([2, 1, 8], ...Array.from({ length: 16 }, (_, index) => index * 17));
  expect(decomposedResults(node(4), { x }, { w: four, s: scales }).y).toEqual([4.125, -0.4375]);
  const eight = bytes([2, 1, 16], ...Array.from({ length: 32 }, (_, index) => index * 7));
  expect(decomposedResults(node(8), { x }, { w: eight, s: scales }).y).toEqual([66, -2]);
});
