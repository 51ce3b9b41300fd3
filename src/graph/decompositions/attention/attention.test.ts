import { expect, it } from 'vitest';
import { float, makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { decomposedGraph, decomposedResults, noise } from '../testing.ts';

const [q, k, v] = [noise([1, 2, 3, 4], 1), noise([1, 2, 5, 4], 2), noise([1, 2, 5, 4], 3)];

/** softmax(q kᵀ · scale + bias) v of one head, row by row. */
function reference(
  rows: readonly number[][],
  keys: readonly number[][],
  values: readonly number[][],
  bias: readonly number[][],
): number[][] {
  return rows.map((row, place) => {
    const weights = keys.map((key, index) => Math.exp(dot(row, key) / Math.sqrt(row.length) + (bias[place]?.[index] ?? 0)));
    const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
    return (values[0] ?? []).map((_, column) =>
      weights.reduce((sum, weight, index) => sum + (weight / total) * (values[index]?.[column] ?? 0), 0),
    );
  });
}

const dot = (left: readonly number[], right: readonly number[]): number =>
  left.reduce((sum, value, index) => sum + value * (right[index] ?? 0), 0);

/** The matrix of one head of a tensor with four axes. */
function head(tensor: Tensor, index: number): number[][] {
  const [, , rows = 0, columns = 0] = tensor.shape;
  const values = [...tensor.toFloat64()];
  return Array.from({ length: rows }, (_, row) => values.slice((index * rows + row) * columns, (index * rows + row + 1) * columns));
}

function referenceOutput(heads: readonly number[], bias: readonly number[][] = []): number[] {
  return heads.flatMap((shared, index) => reference(head(q, index), head(k, shared), head(v, shared), bias).flat());
}

function expectClose(actual: readonly number[] | undefined, expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((value, index) => {
    expect(actual?.[index]).toBeCloseTo(value, 5);
  });
}

const hidden = Number.NEGATIVE_INFINITY;

it('is a softmax of scaled products', () => {
  expectClose(decomposedResults(makeNode('Attention', ['q', 'k', 'v'], ['y']), { q, k, v }).y, referenceOutput([0, 1]));
});

it('shares the heads of keys and values', () => {
  const [one, other] = [noise([1, 1, 5, 4], 2), noise([1, 1, 5, 4], 3)];
  const expected = [0, 1].flatMap((index) => reference(head(q, index), head(one, 0), head(other, 0), []).flat());
  expectClose(decomposedResults(makeNode('Attention', ['q', 'k', 'v'], ['y']), { q, k: one, v: other }).y, expected);
});

it('masks later positions', () => {
  const causal = Array.from({ length: 3 }, (_, row) => Array.from({ length: 5 }, (_, key) => (key <= row ? 0 : hidden)));
  expectClose(
    decomposedResults(makeNode('Attention', ['q', 'k', 'v'], ['y'], { is_causal: 1 }), { q, k, v }).y,
    referenceOutput([0, 1], causal),
  );
});

it('masks positions outside of a window', () => {
  const near = Array.from({ length: 3 }, (_, row) => Array.from({ length: 5 }, (_, key) => (Math.abs(key - row) <= 1 ? 0 : hidden)));
  const attributes = { left_window_size: 1, right_window_size: 1 };
  expectClose(decomposedResults(makeNode('Attention', ['q', 'k', 'v'], ['y'], attributes), { q, k, v }).y, referenceOutput([0, 1], near));
});

it('returns zeros for a fully masked row', () => {
  const mask = Tensor.of('bool', [3, 5], Uint8Array.of(1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1));
  const bias = [[0, 0, hidden, hidden, hidden], Array.from({ length: 5 }, () => hidden), [0, 0, 0, 0, 0]];
  const { y } = decomposedResults(makeNode('Attention', ['q', 'k', 'v', 'mask'], ['y']), { q, k, v, mask });
  expectClose(y, referenceOutput([0, 1], bias));
  expect(y?.slice(4, 8)).toEqual([0, 0, 0, 0]);
});

it('extends a short mask', () => {
  const mask = Tensor.of('float32', [3, 3], new Float32Array(9).fill(0.5));
  const bias = Array.from({ length: 3 }, () => [0.5, 0.5, 0.5, hidden, hidden]);
  expectClose(decomposedResults(makeNode('Attention', ['q', 'k', 'v', 'mask'], ['y']), { q, k, v, mask }).y, referenceOutput([0, 1], bias));
});

it('excludes padded keys by their number', () => {
  const lengths = Tensor.int64([4]);
  const node = makeNode('Attention', ['q', 'k', 'v', '', '', '', 'lengths'], ['y'], { is_causal: 1 });
  // Three queries at the end of four keys.
  const causal = Array.from({ length: 3 }, (_, row) => Array.from({ length: 5 }, (_, key) => (key <= row + 1 ? 0 : hidden)));
  expectClose(decomposedResults(node, { q, k, v, lengths }).y, referenceOutput([0, 1], causal));
});

it('prepends cached keys and returns the scores of any stage', () => {
  const [pastK, pastV] = [noise([1, 2, 2, 4], 5), noise([1, 2, 2, 4], 6)];
  const inputs = ['q', 'k', 'v', '', 'pastK', 'pastV'];
  const node = makeNode('Attention', inputs, ['y', 'presentK', 'presentV', 'scores'], { softcap: float(2), qk_matmul_output_mode: 1 });
  const { presentK, scores, y } = decomposedResults(node, { q, k, v, pastK, pastV });
  expect(presentK?.slice(0, 8)).toEqual([...pastK.toFloat64()].slice(0, 8));
  expect(scores).toHaveLength(2 * 3 * 7);
  expect(scores?.every((score) => Math.abs(score) < 2)).toBe(true);
  expect(y).toHaveLength(24);
});

it('accepts and returns packed heads', () => {
  const packed = noise([1, 3, 8], 4);
  const unpacked = decomposedResults(makeNode('Attention', ['x', 'x', 'x'], ['y'], { q_num_heads: 2, kv_num_heads: 2 }), { x: packed }).y;
  expect(unpacked).toHaveLength(24);
  const operators = decomposedGraph(makeNode('Attention', ['x', 'x', 'x'], ['y'], { q_num_heads: 2, kv_num_heads: 2 }), { x: packed });
  expect(operators.nodes.filter(({ operator }) => operator === 'Transpose')).toHaveLength(5);
});

it.each([
  ['heads that cannot be shared', { k: noise([1, 3, 5, 4]), v: noise([1, 3, 5, 4]) }, {}],
  ['a mode that does not exist', { k, v }, { qk_matmul_output_mode: 4 }],
])('rejects %s', (_what, operands, attributes) => {
  const node = makeNode('Attention', ['q', 'k', 'v'], ['y'], attributes);
  expect(() => decomposedGraph(node, { q: noise([1, 4, 3, 4]), ...operands })).toThrow();
});
