import { expect, it } from 'vitest';
import { makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

/** Reshape, Transpose and Reshape of `x`. */
function rearranged(shape: readonly number[], view: readonly number[], perm: readonly number[], result: readonly number[]) {
  const nodes = [
    makeNode('Reshape', ['x', 'view'], ['a']),
    makeNode('Transpose', ['a'], ['b'], { perm }),
    makeNode('Reshape', ['b', 'result'], ['y']),
  ];
  return rewriteNodes({ x: shape }, nodes, ['y'], { view: Tensor.int64(view), result: Tensor.int64(result) });
}

it.each([
  ['CRD', [1, 2, 2, 2, 4, 5], [0, 1, 4, 2, 5, 3]],
  ['DCR', [1, 2, 2, 2, 4, 5], [0, 3, 4, 1, 5, 2]],
])('finds DepthToSpace with channels in the order of %s', (mode, view, perm) => {
  const graph = rearranged([1, 8, 4, 5], view, perm, [1, 2, 8, 10]);
  expect(operatorsOf(graph)).toEqual(['DepthToSpace']);
  expect(graph.nodes[0]?.attributes.get('mode')?.value).toBe(mode);
});

it.each([
  ['CRD', [0, 1, 3, 5, 2, 4]],
  ['DCR', [0, 3, 5, 1, 2, 4]],
])('finds SpaceToDepth with channels in the order of %s', (mode, perm) => {
  const graph = rearranged([1, 2, 8, 10], [1, 2, 4, 2, 5, 2], perm, [1, 8, 4, 5]);
  expect(operatorsOf(graph)).toEqual(['SpaceToDepth']);
  expect(graph.nodes[0]?.attributes.get('mode')?.value).toBe(mode);
});

it('finds DepthToSpace where the channels are last', () => {
  const graph = rearranged([1, 4, 5, 12], [1, 4, 5, 2, 2, 3], [0, 1, 3, 2, 4, 5], [1, 8, 10, 3]);
  expect(operatorsOf(graph)).toEqual(['Transpose', 'DepthToSpace', 'Transpose']);
  expect(graph.types.get('y')?.shape).toEqual([1, 8, 10, 3]);
});

it('keeps block moves that exchange rows and columns', () => {
  expect(operatorsOf(rearranged([1, 8, 4, 4], [1, 2, 2, 2, 4, 4], [0, 1, 4, 3, 5, 2], [1, 2, 8, 8]))).toContain('Transpose');
});

it('keeps block moves that are not square', () => {
  expect(operatorsOf(rearranged([1, 4, 4, 4], [1, 2, 2, 4, 4], [0, 1, 3, 2, 4], [1, 2, 8, 4]))).toContain('Transpose');
});

/** Every second row and column from a position in the block. */
function strided(row: number, column: number, output: string): Node[] {
  return [
    makeNode('Slice', ['x', `n${row}`, 'end', 'rows', 'two'], [`${output}.rows`]),
    makeNode('Slice', [`${output}.rows`, `n${column}`, 'end', 'columns', 'two'], [output]),
  ];
}

const bounds = {
  n0: Tensor.int64([0]),
  n1: Tensor.int64([1]),
  two: Tensor.int64([2]),
  end: Tensor.int64([2 ** 31 - 1]),
  rows: Tensor.int64([2]),
  columns: Tensor.int64([3]),
};

function focus(places: readonly (readonly [number, number])[], after: readonly Node[] = [], more: Readonly<Record<string, Tensor>> = {}) {
  const parts = places.map(([row, column], index) => strided(row, column, `p${index}`));
  const joined = makeNode(
    'Concat',
    [...places.keys()].map((index) => `p${index}`),
    ['c'],
    { axis: 1 },
  );
  const [result = 'c'] = after.at(-1)?.outputs ?? [];
  return rewriteNodes({ x: [1, 3, 8, 6] }, [...parts.flat(), joined, ...after], [result], { ...bounds, ...more });
}

it('finds SpaceToDepth in strided slices and reorders the weights of the next convolution', () => {
  expect(
    operatorsOf(
      focus([
        [0, 0],
        [0, 1],
        [1, 0],
        [1, 1],
      ]),
    ),
  ).toEqual(['SpaceToDepth']);
  const weight = Tensor.float32(
    Array.from({ length: 12 }, (_, index) => index),
    [1, 12, 1, 1],
  );
  const graph = focus(
    [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    [makeNode('Conv', ['c', 'weight'], ['y'])],
    { weight },
  );
  expect(operatorsOf(graph)).toEqual(['SpaceToDepth', 'Conv']);
  expect(graph.constants.get(graph.nodes[1]?.inputs[1] ?? '')?.toFloat32()).toEqual(Float32Array.of(0, 1, 2, 6, 7, 8, 3, 4, 5, 9, 10, 11));
});

it('keeps slices that overlap and channels that are read in groups', () => {
  expect(
    operatorsOf(
      focus([
        [0, 0],
        [0, 0],
        [1, 0],
        [1, 1],
      ]),
    ),
  ).not.toContain('SpaceToDepth');
  const weight = Tensor.of('float32', [2, 6, 1, 1], new Float32Array(12));
  const grouped = [makeNode('Conv', ['c', 'weight'], ['y'], { group: 2 })];
  expect(
    operatorsOf(
      focus(
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ],
        grouped,
        { weight },
      ),
    ),
  ).toEqual(['SpaceToDepth', 'Gather', 'Conv']);
});

it('merges slices of different axes', () => {
  const nodes = [makeNode('Slice', ['x', 'n1', 'end', 'rows'], ['a']), makeNode('Slice', ['a', 'n1', 'end', 'columns'], ['y'])];
  const graph = rewriteNodes({ x: [1, 3, 8, 6] }, nodes, ['y'], bounds);
  expect(operatorsOf(graph)).toEqual(['Slice']);
  expect(graph.types.get('y')?.shape).toEqual([1, 3, 7, 5]);
  expect(operatorsOf(rewriteNodes({ x: [1, 3, 8, 6] }, nodes, ['y', 'a'], bounds))).toEqual(['Slice', 'Slice']);
  const twice = [makeNode('Slice', ['x', 'n1', 'end', 'rows'], ['a']), makeNode('Slice', ['a', 'n1', 'end', 'rows'], ['y'])];
  expect(operatorsOf(rewriteNodes({ x: [1, 3, 8, 6] }, twice, ['y'], bounds))).toEqual(['Slice', 'Slice']);
});

it('reorders the weights after a flattened tensor', () => {
  const weight = Tensor.float32([0, 1, 2, 3, 4, 5], [6, 1]);
  const nodes = [
    makeNode('Transpose', ['x'], ['a'], { perm: [0, 2, 1] }),
    makeNode('Reshape', ['a', 'flat'], ['b']),
    makeNode('MatMul', ['b', 'weight'], ['y']),
  ];
  const constants = { weight, flat: Tensor.int64([1, -1]) };
  const graph = rewriteNodes({ x: [1, 2, 3] }, nodes, ['y'], constants);
  expect(operatorsOf(graph)).toEqual(['Reshape', 'MatMul']);
  expect(graph.constants.get(graph.nodes[1]?.inputs[1] ?? '')?.toFloat32()).toEqual(Float32Array.of(0, 2, 4, 1, 3, 5));
  const byGemm = [...nodes.slice(0, 2), makeNode('Gemm', ['b', 'weight'], ['y'], { transB: 1 })];
  const transposed = rewriteNodes({ x: [1, 2, 3] }, byGemm, ['y'], { ...constants, weight: weight.reshape([1, 6]) });
  expect(operatorsOf(transposed)).toEqual(['Reshape', 'Gemm']);
  expect(transposed.constants.get(transposed.nodes[1]?.inputs[1] ?? '')?.toFloat32()).toEqual(Float32Array.of(0, 2, 4, 1, 3, 5));
});

it('keeps a flattened tensor with other readers or of rows', () => {
  const nodes = [
    makeNode('Transpose', ['x'], ['a'], { perm: [0, 2, 1] }),
    makeNode('Reshape', ['a', 'flat'], ['b']),
    makeNode('MatMul', ['b', 'weight'], ['y']),
  ];
  const constants = { weight: Tensor.of('float32', [6, 1], new Float32Array(6)), flat: Tensor.int64([1, -1]) };
  expect(operatorsOf(rewriteNodes({ x: [1, 2, 3] }, nodes, ['y', 'b'], constants))).toContain('Transpose');
  const rows = [nodes[0], makeNode('MatMul', ['a', 'weight'], ['y'])].filter((node) => node !== undefined);
  const matrix = { weight: Tensor.of('float32', [2, 1], new Float32Array(2)) };
  expect(operatorsOf(rewriteNodes({ x: [1, 2, 3] }, rows, ['y'], matrix))).toContain('Transpose');
});
