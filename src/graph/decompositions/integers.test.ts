import { expect, it } from 'vitest';
import { float, makeNode, type Node } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { decomposedGraph, decomposedResults, noise, operatorResults } from './testing.ts';

const bytes = (shape: readonly number[], seed: number): Tensor =>
  Tensor.of(
    'uint8',
    shape,
    Uint8Array.from(noise(shape, seed).toFloat64(), (value) => Math.floor((value + 1) * 127.9)),
  );
const signed = (shape: readonly number[], seed: number): Tensor =>
  Tensor.of(
    'int8',
    shape,
    Int8Array.from(noise(shape, seed).toFloat64(), (value) => Math.floor(value * 127.9)),
  );
const byte = (value: number): Tensor => Tensor.of('uint8', [], Uint8Array.of(value));
const scale = (value: number): Tensor => Tensor.float32([value]);

/** The decomposition of a node gives the same result as the operator, whether its operands are constants or not. */
function expectSame(node: Node, operands: Readonly<Record<string, Tensor>>): void {
  const expected = operatorResults(node, operands);
  expect(Object.values(decomposedResults(node, operands))).toEqual(expected);
  const [first, ...rest] = Object.entries(operands);
  expect(Object.values(decomposedResults(node, Object.fromEntries(first === undefined ? [] : [first]), Object.fromEntries(rest)))).toEqual(
    expected,
  );
}

it('multiplies matrices of integers', () => {
  const node = makeNode('MatMulInteger', ['a', 'b', 'za', 'zb'], ['y']);
  expectSame(node, { a: bytes([2, 3, 8], 1), b: bytes([8, 4], 2), za: byte(7), zb: byte(130) });
});

it('multiplies and rescales', () => {
  const node = makeNode('QLinearMatMul', ['a', 'sa', 'za', 'b', 'sb', 'zb', 'sy', 'zy'], ['y']);
  const b = signed([8, 4], 2);
  const zb = Tensor.of('int8', [], Int8Array.of(3));
  expectSame(node, { a: bytes([3, 8], 1), sa: scale(0.5), za: byte(100), b, sb: scale(0.25), zb, sy: scale(64), zy: byte(120) });
});

it.each([
  ['one tap', [1, 1], {}],
  ['a kernel that Winograd would round', [3, 3], { pads: [1, 1, 1, 1] }],
  ['strides', [3, 3], { strides: [2, 2], pads: [0, 1, 1, 0] }],
])('convolves with %s', (_what, kernel, attributes) => {
  const operands = { x: bytes([1, 2, 5, 5], 1), w: bytes([3, 2, ...kernel], 2), zx: byte(9), zw: byte(100) };
  expectSame(makeNode('ConvInteger', ['x', 'w', 'zx', 'zw'], ['y'], attributes), operands);
});

it('convolves with a scale for each channel', () => {
  const node = makeNode('QLinearConv', ['x', 'sx', 'zx', 'w', 'sw', 'zw', 'sy', 'zy'], ['y']);
  const w = signed([3, 2, 2, 2], 2);
  const [sw, zw] = [Tensor.of('float32', [3], Float32Array.of(0.5, 0.25, 1)), Tensor.of('int8', [3], Int8Array.of(0, 0, 0))];
  expectSame(node, { x: bytes([1, 2, 5, 5], 1), sx: scale(0.5), zx: byte(100), w, sw, zw, sy: scale(128), zy: byte(120) });
});

it('avoids 3 x 3 kernels in ncnn', () => {
  const node = makeNode('ConvInteger', ['x', 'w'], ['y'], { pads: [1, 1, 1, 1] });
  const conv = decomposedGraph(node, { x: bytes([1, 2, 5, 5], 1), w: bytes([3, 2, 3, 3], 2) }).nodes.find(
    ({ operator }) => operator === 'Conv',
  );
  expect(conv?.attributes.get('kernel_shape')?.value).toEqual([3n, 4n]);
  expect(conv?.attributes.get('pads')?.value).toEqual([1n, 1n, 1n, 2n]);
});

it('rejects sums that floats cannot hold, unless the weights are small enough', () => {
  const node = makeNode('MatMulInteger', ['a', 'b'], ['y']);
  const [a, b] = [bytes([1, 512], 1), Tensor.of('int8', [512, 1], new Int8Array(512).fill(1))];
  expect(() => decomposedGraph(node, { a, b })).not.toThrow();
  expect(() => decomposedGraph(node, { a: bytes([1, 1024], 1), b: bytes([1024, 1], 2) })).toThrow('2^24');
  expect(() =>
    decomposedGraph(node, { a: bytes([1, 1024], 1) }, { b: Tensor.of('int8', [1024, 1], new Int8Array(1024).fill(1)) }),
  ).not.toThrow();
});

it.each(['BitwiseAnd', 'BitwiseOr', 'BitwiseXor'])('%s of signed and unsigned numbers', (operator) => {
  const node = makeNode(operator, ['a', 'b'], ['y']);
  expectSame(node, { a: bytes([2, 3], 1), b: bytes([3], 2) });
  expectSame(node, { a: signed([2, 3], 1), b: signed([2, 3], 2) });
  const wide = Tensor.of('int16', [3], Int16Array.of(-32768, 32767, -2));
  expectSame(node, { a: wide, b: Tensor.of('int16', [3], Int16Array.of(-1, 255, 257)) });
});

it('adds quantized tensors', () => {
  const node = makeNode('com.microsoft:QLinearAdd', ['a', 'sa', 'za', 'b', 'sb', 'zb', 'sy', 'zy'], ['y']);
  const operands = { sa: scale(0.5), za: byte(10), sb: scale(1), zb: byte(0), sy: scale(2), zy: byte(1) };
  expect(
    decomposedResults(node, {
      a: Tensor.of('uint8', [2], Uint8Array.of(20, 30)),
      b: Tensor.of('uint8', [2], Uint8Array.of(3, 250)),
      ...operands,
    }).y,
  ).toEqual([5, 131]);
});

it('activates with a bias', () => {
  const [x, b] = [Tensor.of('float32', [1, 2], Float32Array.of(1, -1)), Tensor.of('float32', [2], Float32Array.of(1, 1))];
  expect(decomposedResults(makeNode('com.microsoft:BiasGelu', ['x', 'b'], ['y']), { x, b }).y?.map((value) => value.toFixed(4))).toEqual([
    '1.9545',
    '0.0000',
  ]);
  const quick = makeNode('com.microsoft:QuickGelu', ['x'], ['y'], { alpha: float(2) });
  expect(decomposedResults(quick, { x }).y?.[0]).toBeCloseTo(1 / (1 + Math.exp(-2)));
});

it('splits the bias of three packed operands before attention', () => {
  const [x, b] = [noise([1, 3, 4], 1), noise([12], 2)];
  const apart = [0, 1, 2].map((index) => Tensor.of('float32', [4], b.toFloat32().subarray(index * 4, index * 4 + 4)));
  const biased = apart.map((bias) =>
    Tensor.of(
      'float32',
      [1, 3, 4],
      x.toFloat32().map((value, index) => value + (bias.toFloat32()[index % 4] ?? 0)),
    ),
  );
  const operands = Object.fromEntries(biased.map((value, index) => [`x${index}`, value]));
  const plain = makeNode('Attention', ['x0', 'x1', 'x2'], ['y'], { q_num_heads: 2, kv_num_heads: 2 });
  const packed = makeNode('com.microsoft:MultiHeadAttention', ['x', 'x', 'x', 'b'], ['y'], { num_heads: 2 });
  const expected = decomposedResults(plain, operands).y ?? [];
  const { y } = decomposedResults(packed, { x, b });
  expect(y).toHaveLength(12);
  expected.forEach((value, index) => {
    expect(y?.[index]).toBeCloseTo(value, 5);
  });
});
