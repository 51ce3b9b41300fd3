import { expect, it } from 'vitest';
import { elementCount } from '../../ir/dimension.ts';
import { float, makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { decomposedGraph, decomposedResults } from '../testing.ts';

/** -3/4, -2/4 … 3/4, repeated; the expected values are the results of onnxruntime. */
function ramp(shape: readonly number[], factor = 1, summand = 0): Tensor {
  const values = Float32Array.from({ length: elementCount(shape) }, (_, index) => (((index % 7) - 3) / 4) * factor + summand);
  return Tensor.of('float32', shape, values);
}

const int32 = (shape: readonly number[], ...values: number[]): Tensor => Tensor.of('int32', shape, Int32Array.from(values));

function expectClose(found: readonly number[] | undefined, expected: readonly number[]): void {
  expect(found?.length).toBe(expected.length);
  for (const [index, value] of expected.entries()) expect(found?.[index]).toBeCloseTo(value, 4);
}

it('becomes one Attention with projection and mask', () => {
  const operands = { x: ramp([1, 2, 2]), w: ramp([2, 6]), b: ramp([6]), m: int32([1, 2], 1, 0) };
  const masked = makeNode('com.microsoft:Attention', ['x', 'w', 'b', 'm'], ['y'], { num_heads: 1 });
  expectClose(decomposedResults(masked, operands).y, [0.0625, 0, 0.0625, 0]);
  const causal = makeNode('com.microsoft:Attention', ['x', 'w', 'b'], ['y'], { num_heads: 1, unidirectional: 1 });
  const { m: _, ...unmasked } = operands;
  expectClose(decomposedResults(causal, unmasked).y, [0.0625, 0, 0.13068, 0.20454]);
  const counted = makeNode('com.microsoft:Attention', ['x', 'w', 'b', 'n'], ['y'], { num_heads: 1 });
  expectClose(decomposedResults(counted, { ...unmasked, n: int32([1], 1) }).y, [0.0625, 0, 0.0625, 0]);
});

it('takes separate query, key and value with one bias', () => {
  const operands = { q: ramp([1, 2, 4]), k: ramp([1, 2, 4], 2), v: ramp([1, 2, 4], 1, -0.5), b: ramp([12]) };
  const node = makeNode('com.microsoft:MultiHeadAttention', ['q', 'k', 'v', 'b'], ['y'], { num_heads: 2 });
  const expected = [-1.72168, -1.22168, -0.41976, -0.49768, -1.41976, -0.91976, 0.06796, -0.86347];
  expectClose(decomposedResults(node, operands).y, expected);
});

it('splits query, key and value from one tensor', () => {
  const [q, k, v] = [ramp([1, 2, 2, 1, 2]), ramp([1, 2, 2, 1, 2], 2), ramp([1, 2, 2, 1, 2], 3)];
  // [batch, tokens, heads, 3, size]
  const values = Array.from({ length: 24 }, (_, index) => {
    const [token, head, part, entry] = [Math.floor(index / 12), Math.floor(index / 6) % 2, Math.floor(index / 2) % 3, index % 2];
    return [q, k, v][part]?.toFloat32()[token * 4 + head * 2 + entry] ?? 0;
  });
  const packed = decomposedResults(makeNode('com.microsoft:MultiHeadAttention', ['p'], ['y'], { num_heads: 2 }), {
    p: Tensor.of('float32', [1, 2, 2, 3, 2], Float32Array.from(values)),
  });
  const [rows, columns, entries] = [q, k, v].map((part) => Tensor.of('float32', [1, 2, 4], part.toFloat32()));
  const apart = makeNode('com.microsoft:MultiHeadAttention', ['q', 'k', 'v'], ['y'], { num_heads: 2 });
  const operands = { q: rows ?? q, k: columns ?? k, v: entries ?? v };
  expectClose(packed.y, decomposedResults(apart, operands).y ?? []);
});

it('rejects a cache that is changed in place', () => {
  const node = makeNode('com.microsoft:Attention', ['x', 'w'], ['y'], { num_heads: 1, past_present_share_buffer: 1 });
  expect(() => decomposedGraph(node, { x: ramp([1, 2, 2]), w: ramp([2, 6]) })).toThrow('changed in place');
});

it('adds and normalizes embeddings', () => {
  const operands = { ids: int32([1, 2], 1, 0), kinds: int32([1, 2], 0, 1), mask: int32([1, 2], 1, 0) };
  const constants = { words: ramp([3, 4]), places: ramp([4, 4], 2), types: ramp([2, 4], 1, 1), gamma: ramp([4], 1, 2), beta: ramp([4]) };
  const inputs = ['ids', 'kinds', 'words', 'places', 'types', 'gamma', 'beta', 'mask'];
  const { y, maskIndex, sum } = decomposedResults(
    makeNode('com.microsoft:EmbedLayerNormalization', inputs, ['y', 'maskIndex', 'sum']),
    operands,
    constants,
  );
  expectClose(y, [-2.60662, -0.63106, 2.04347, 0.52422, -0.89881, 0.27383, 1.76395, -3.09534]);
  expect(maskIndex).toEqual([1]);
  expectClose(sum, [-1, 0, 1, 0.25, 1, 2, 3, -1.25]);
});

it('normalizes groups of channels-last tensors', () => {
  const node = makeNode('com.microsoft:GroupNorm', ['x', 'g', 'b'], ['y'], { groups: 2, activation: 0, epsilon: float(0) });
  const x = Tensor.of('float32', [1, 1, 2, 2], Float32Array.of(1, 10, 3, 20));
  const plain = { g: Tensor.float32([1, 1]), b: Tensor.float32([0, 0]) };
  expectClose(decomposedResults(node, { x }, plain).y, [-1, -1, 1, 1]);
});

it('has the operators that ONNX adopted', () => {
  const node = makeNode('com.microsoft:TransposeMatMul', ['a', 'b'], ['y'], { transB: 1 });
  const [a, b] = [Tensor.of('float32', [1, 2], Float32Array.of(1, 2)), Tensor.of('float32', [2, 2], Float32Array.of(1, 2, 3, 4))];
  expect(decomposedResults(node, { a, b }).y).toEqual([5, 11]);
});
