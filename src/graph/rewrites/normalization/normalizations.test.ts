import { expect, it } from 'vitest';
import { makeNode } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const inputs = { x: [1, 7, 4] };
const constants = {
  last: Tensor.int64([-1]),
  two: Tensor.float32([2]),
  epsilon: Tensor.float32([1e-6]),
  scale: Tensor.float32([1, 2, 3, 4]),
  shift: Tensor.float32([5, 6, 7, 8]),
};
const layerNorm = [
  makeNode('ReduceMean', ['x', 'last'], ['mean']),
  makeNode('Sub', ['x', 'mean'], ['centered']),
  makeNode('Pow', ['centered', 'two'], ['square']),
  makeNode('ReduceMean', ['square', 'last'], ['variance']),
  makeNode('Add', ['variance', 'epsilon'], ['sum']),
  makeNode('Sqrt', ['sum'], ['root']),
  makeNode('Div', ['centered', 'root'], ['n']),
];

it('finds LayerNormalization with scale and shift', () => {
  const nodes = [...layerNorm, makeNode('Mul', ['n', 'scale'], ['m']), makeNode('Add', ['m', 'shift'], ['y'])];
  const graph = rewriteNodes(inputs, nodes, ['y'], constants);
  const [node] = graph.nodes;
  expect(operatorsOf(graph)).toEqual(['LayerNormalization']);
  expect(node?.inputs.slice(1).map((name) => graph.constants.get(name)?.toFloat32())).toEqual([
    Float32Array.of(1, 2, 3, 4),
    Float32Array.of(5, 6, 7, 8),
  ]);
  expect(node?.attributes.get('axis')?.value).toBe(2n);
  expect(node?.attributes.get('epsilon')?.value).toBeCloseTo(1e-6, 12);
});

it('finds LayerNormalization without scale and shift', () => {
  const graph = rewriteNodes(inputs, layerNorm, ['n'], constants);
  expect(operatorsOf(graph)).toEqual(['LayerNormalization']);
  expect(graph.constants.get(graph.nodes[0]?.inputs[1] ?? '')?.toFloat32()).toEqual(Float32Array.of(1, 1, 1, 1));
});

it('keeps a mean over an inner axis', () => {
  const graph = rewriteNodes(inputs, layerNorm, ['n'], { ...constants, last: Tensor.int64([1]) });
  expect(operatorsOf(graph)).not.toContain('LayerNormalization');
});

it('does not fuse a shift as a scale', () => {
  const nodes = [...layerNorm, makeNode('Add', ['n', 'shift'], ['m']), makeNode('Mul', ['m', 'scale'], ['y'])];
  expect(operatorsOf(rewriteNodes(inputs, nodes, ['y'], constants))).toEqual(['LayerNormalization', 'Mul']);
});

it('finds RMSNormalization with its scale', () => {
  const nodes = [
    makeNode('Mul', ['x', 'x'], ['square']),
    makeNode('ReduceMean', ['square', 'last'], ['mean']),
    makeNode('Add', ['mean', 'epsilon'], ['sum']),
    makeNode('Sqrt', ['sum'], ['root']),
    makeNode('Reciprocal', ['root'], ['inverse']),
    makeNode('Mul', ['x', 'inverse'], ['n']),
    makeNode('Mul', ['scale', 'n'], ['y']),
  ];
  const graph = rewriteNodes(inputs, nodes, ['y'], constants);
  expect(operatorsOf(graph)).toEqual(['RMSNormalization']);
  expect(graph.constants.get(graph.nodes[0]?.inputs[1] ?? '')?.toFloat32()).toEqual(Float32Array.of(1, 2, 3, 4));
});

const byProduct = [
  makeNode('ReduceMean', ['x', 'last'], ['mean']),
  makeNode('Sub', ['x', 'mean'], ['centered']),
  makeNode('Mul', ['centered', 'centered'], ['square']),
  makeNode('ReduceMean', ['square', 'last'], ['variance']),
  makeNode('Add', ['epsilon', 'variance'], ['sum']),
  makeNode('Sqrt', ['sum'], ['root']),
  makeNode('Reciprocal', ['root'], ['inverse']),
];

it('finds LayerNormalization that multiplies by the reciprocal of the same value only', () => {
  const own = [...byProduct, makeNode('Mul', ['centered', 'inverse'], ['n']), makeNode('Mul', ['n', 'scale'], ['y'])];
  expect(operatorsOf(rewriteNodes(inputs, own, ['y'], constants))).toEqual(['LayerNormalization']);
  const other = [...byProduct, makeNode('Mul', ['x', 'inverse'], ['y'])];
  expect(operatorsOf(rewriteNodes(inputs, other, ['y'], constants))).not.toContain('LayerNormalization');
});

it('keeps a mean square of another value', () => {
  const nodes = [...byProduct.slice(2, 7), makeNode('Mul', ['x', 'inverse'], ['y'])];
  const graph = rewriteNodes({ ...inputs, centered: [1, 7, 4] }, nodes, ['y'], constants);
  expect(operatorsOf(graph)).not.toContain('RMSNormalization');
});

const grouped = {
  view: Tensor.int64([0, 2, -1]),
  back: Tensor.int64([1, 6, 3, 3]),
  ones: Tensor.float32([1, 2]),
  zeros: Tensor.float32([0, 4]),
  factors: Tensor.float32([1, 2, 3, 4, 5, 6], [6, 1, 1]),
  summands: Tensor.float32([6, 5, 4, 3, 2, 1], [6, 1, 1]),
};
const groupNorm = [
  makeNode('Reshape', ['x', 'view'], ['a']),
  makeNode('InstanceNormalization', ['a', 'ones', 'zeros'], ['b']),
  makeNode('Reshape', ['b', 'back'], ['c']),
];

it('finds GroupNormalization with scale and shift', () => {
  const nodes = [...groupNorm, makeNode('Mul', ['c', 'factors'], ['m']), makeNode('Add', ['summands', 'm'], ['y'])];
  const graph = rewriteNodes({ x: [1, 6, 3, 3] }, nodes, ['y'], grouped);
  expect(operatorsOf(graph)).toEqual(['GroupNormalization']);
  expect(graph.nodes[0]?.attributes.get('num_groups')?.value).toBe(2n);
  expect(graph.nodes[0]?.inputs.slice(1).map((name) => graph.constants.get(name)?.toFloat32())).toEqual([
    Float32Array.of(1, 2, 3, 8, 10, 12),
    Float32Array.of(6, 5, 4, 19, 22, 25),
  ]);
});

it('keeps groups that are not whole channels and constants along other axes', () => {
  const torn = { ...grouped, view: Tensor.int64([0, 4, -1]), ones: Tensor.float32([1, 1, 1, 1]), zeros: Tensor.float32([0, 0, 0, 0]) };
  expect(operatorsOf(rewriteNodes({ x: [1, 6, 2, 4] }, groupNorm, ['c'], { ...torn, back: Tensor.int64([1, 6, 2, 4]) }))).not.toContain(
    'GroupNormalization',
  );
  const nodes = [...groupNorm, makeNode('Mul', ['c', 'rows'], ['y'])];
  const graph = rewriteNodes({ x: [1, 6, 3, 3] }, nodes, ['y'], { ...grouped, rows: Tensor.float32([1, 2, 3], [3, 1]) });
  expect(operatorsOf(graph)).toEqual(['GroupNormalization', 'Mul']);
  const shared = [...groupNorm, makeNode('Mul', ['c', 'factors'], ['y'])];
  expect(operatorsOf(rewriteNodes({ x: [1, 6, 3, 3] }, shared, ['y', 'c'], grouped))).toEqual(['GroupNormalization', 'Mul']);
});

const planes = { places: Tensor.int64([2, 3]), epsilon: Tensor.float32([1e-5]), factors: Tensor.float32([1, 2, 3], [3, 1, 1]) };
const overPlanes = [
  makeNode('ReduceMean', ['x', 'places'], ['mean']),
  makeNode('Sub', ['x', 'mean'], ['centered']),
  makeNode('Mul', ['centered', 'centered'], ['square']),
  makeNode('ReduceMean', ['square', 'places'], ['variance']),
  makeNode('Add', ['variance', 'epsilon'], ['sum']),
  makeNode('Sqrt', ['sum'], ['root']),
  makeNode('Div', ['centered', 'root'], ['n']),
];

it('finds InstanceNormalization by its constants for each channel', () => {
  const nodes = [...overPlanes, makeNode('Mul', ['n', 'factors'], ['m']), makeNode('Add', ['m', 'factors'], ['y'])];
  const graph = rewriteNodes({ x: [1, 3, 4, 4] }, nodes, ['y'], planes);
  expect(operatorsOf(graph)).toEqual(['InstanceNormalization']);
  expect(graph.nodes[0]?.inputs.slice(1).map((name) => graph.constants.get(name)?.toFloat32())).toEqual([
    Float32Array.of(1, 2, 3),
    Float32Array.of(1, 2, 3),
  ]);
});

it('does not use constants for each row as those for channels', () => {
  const nodes = [...overPlanes, makeNode('Mul', ['n', 'rows'], ['y'])];
  const graph = rewriteNodes({ x: [1, 3, 4, 3] }, nodes, ['y'], { ...planes, rows: Tensor.float32([1, 2, 3]) });
  expect(operatorsOf(graph)).toEqual(['LayerNormalization', 'Mul']);
  const shared = [...overPlanes, makeNode('Mul', ['n', 'factors'], ['y'])];
  expect(operatorsOf(rewriteNodes({ x: [1, 3, 4, 4] }, shared, ['y', 'n'], planes))).toEqual(['LayerNormalization', 'Mul']);
});

const summed = [
  ...byProduct,
  makeNode('Mul', ['inverse', 'scale'], ['factor']),
  makeNode('Mul', ['x', 'factor'], ['a']),
  makeNode('Mul', ['mean', 'factor'], ['b']),
];

it('finds the LayerNormalization of TensorFlow around the same mean only', () => {
  const own = [...summed, makeNode('Sub', ['shift', 'b'], ['c']), makeNode('Add', ['a', 'c'], ['y'])];
  const graph = rewriteNodes(inputs, own, ['y'], constants);
  expect(operatorsOf(graph)).toEqual(['LayerNormalization']);
  expect(graph.nodes[0]?.inputs.slice(1).map((name) => graph.constants.get(name)?.toFloat32())).toEqual([
    Float32Array.of(1, 2, 3, 4),
    Float32Array.of(5, 6, 7, 8),
  ]);
  const swapped = [...summed, makeNode('Sub', ['b', 'shift'], ['c']), makeNode('Add', ['a', 'c'], ['y'])];
  expect(operatorsOf(rewriteNodes(inputs, swapped, ['y'], constants))).not.toContain('LayerNormalization');
  const other = [...own.slice(0, 9), makeNode('Mul', ['z', 'factor'], ['b']), ...own.slice(10)];
  expect(operatorsOf(rewriteNodes({ ...inputs, z: [1, 7, 1] }, other, ['y'], constants))).not.toContain('LayerNormalization');
});
