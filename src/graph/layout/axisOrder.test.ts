import { expect, it } from 'vitest';
import { type Graph, makeNode, type Node } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../rewrites/testing.ts';
import { openGraph } from '../stages/infer.ts';
import { countTransposes } from './planLayouts.ts';

const toImage = [0, 3, 1, 2];
const toRows = [0, 2, 3, 1];
const weight = Tensor.of('float32', [4, 4, 1, 1], new Float32Array(16).fill(0.5));
const bias = Tensor.float32([1, 2, 3, 4]);
const constants = { weight, bias, spatial: Tensor.int64([1, 2]), last: Tensor.int64([-1]) };

/** A convolution of [1, height, width, channels] between two Transposes, as TensorFlow exporters write it. */
function conv(source: string, result: string): Node[] {
  return [
    makeNode('Transpose', [source], [`${result}.image`], { perm: toImage }),
    makeNode('Conv', [`${result}.image`, 'weight'], [`${result}.conv`]),
    makeNode('Transpose', [`${result}.conv`], [result], { perm: toRows }),
  ];
}

function rewritten(nodes: readonly Node[], outputs: readonly string[], more: Readonly<Record<string, Tensor>> = {}): Graph {
  return rewriteNodes({ x: [1, 6, 5, 4] }, nodes, outputs, { ...constants, ...more });
}

function shapeOf(graph: Graph, operator: string): unknown {
  const node = graph.nodes.find((candidate) => candidate.operator === operator);
  return graph.types.get(node?.outputs[0] ?? '')?.shape;
}

it('uses channels-first layout from the first to the last convolution', () => {
  const nodes = [
    ...conv('x', 'a'),
    makeNode('Add', ['a', 'bias'], ['b']),
    makeNode('Relu', ['b'], ['c']),
    ...conv('c', 'd'),
    makeNode('Concat', ['c', 'd'], ['e'], { axis: -1 }),
    makeNode('Softmax', ['e'], ['f'], { axis: 3 }),
    makeNode('ReduceMean', ['f', 'spatial'], ['y'], { keepdims: 0 }),
  ];
  const graph = rewritten(nodes, ['y']);
  expect(operatorsOf(graph)).toEqual(['Transpose', 'Conv', 'Add', 'Relu', 'Conv', 'Concat', 'Softmax', 'ReduceMean']);
  expect(shapeOf(graph, 'Concat')).toEqual([1, 8, 6, 5]);
  expect(graph.nodes.find(({ operator }) => operator === 'Softmax')?.attributes.get('axis')?.value).toBe(1n);
  expect(graph.types.get('y')?.shape).toEqual([1, 8]);
});

it('permutes constants like the operands they combine with', () => {
  const grid = Tensor.float32(
    Array.from({ length: 20 }, (_, index) => index),
    [5, 4],
  );
  const graph = rewritten([...conv('x', 'a'), makeNode('Mul', ['a', 'grid'], ['b']), ...conv('b', 'y')], ['y'], { grid });
  expect(operatorsOf(graph)).toEqual(['Transpose', 'Conv', 'Mul', 'Conv', 'Transpose']);
  const tensor = graph.constants.get(graph.nodes[2]?.inputs[1] ?? '');
  expect(tensor?.shape.slice(-3)).toEqual([4, 1, 5]);
  expect(tensor?.toFloat32().slice(0, 5)).toEqual(Float32Array.of(0, 4, 8, 12, 16));
});

it('passes slices, pads, splits and axes of size 1', () => {
  const bounds = {
    one: Tensor.int64([1]),
    four: Tensor.int64([4]),
    height: Tensor.int64([1]),
    amounts: Tensor.int64([0, 1, 2, 0, 0, 1, 2, 0]),
  };
  const nodes = [
    ...conv('x', 'a'),
    makeNode('Slice', ['a', 'one', 'four', 'height'], ['b']),
    makeNode('Pad', ['b', 'amounts'], ['c']),
    makeNode('Split', ['c'], ['d', 'e'], { axis: 3, num_outputs: 2 }),
    makeNode('Concat', ['e', 'd'], ['f'], { axis: 3 }),
    ...conv('f', 'y'),
  ];
  const graph = rewritten(nodes, ['y'], bounds);
  expect(operatorsOf(graph)).toEqual(['Transpose', 'Conv', 'Slice', 'Pad', 'Split', 'Concat', 'Conv', 'Transpose']);
  expect(shapeOf(graph, 'Pad')).toEqual([1, 4, 5, 9]);
});

it('passes the reshapes around a 1-D convolution', () => {
  const one = Tensor.int64([1]);
  const along = (source: string, result: string): Node[] => [
    makeNode('Unsqueeze', [source, 'one'], [`${result}.plane`]),
    ...conv(`${result}.plane`, `${result}.rows`),
    makeNode('Squeeze', [`${result}.rows`, 'one'], [result]),
  ];
  const nodes = [...along('x', 'a'), makeNode('Relu', ['a'], ['b']), ...along('b', 'y')];
  const graph = rewriteNodes({ x: [1, 6, 4] }, nodes, ['y'], { ...constants, one });
  // The ones in between only move axes of size 1.
  expect(countTransposes(openGraph(graph).editor.index)).toBe(2);
  expect(shapeOf(graph, 'Relu')).toEqual([1, 4, 6]);
});

it('keeps fusible nodes next to a convolution when the number of Transposes is equal', () => {
  const graph = rewritten([...conv('x', 'a'), makeNode('Relu', ['a'], ['y'])], ['y']);
  expect(operatorsOf(graph)).toEqual(['Transpose', 'Conv', 'Relu', 'Transpose']);
});

it('keeps operators along the last axis', () => {
  const matrix = Tensor.of('float32', [4, 4], new Float32Array(16));
  const rows = [...conv('x', 'a'), makeNode('MatMul', ['a', 'matrix'], ['b']), makeNode('Relu', ['b'], ['y'])];
  expect(operatorsOf(rewritten(rows, ['y'], { matrix }))).toEqual(['Transpose', 'Conv', 'Transpose', 'MatMul', 'Relu']);
});

it('keeps the layout of outputs', () => {
  const listed = [...conv('x', 'a'), makeNode('Relu', ['a'], ['b']), ...conv('b', 'y')];
  const graph = rewritten(listed, ['b', 'y']);
  expect(graph.outputs).toEqual(['b', 'y']);
  expect(graph.types.get('b')?.shape).toEqual([1, 6, 5, 4]);
  expect(operatorsOf(graph).filter((operator) => operator === 'Transpose')).toHaveLength(3);
});

it('keeps a Transpose that does not cancel out', () => {
  const nodes = [makeNode('Relu', ['x'], ['a']), makeNode('Transpose', ['a'], ['b'], { perm: toImage }), makeNode('Neg', ['b'], ['y'])];
  const graph = rewritten(nodes, ['y']);
  expect(operatorsOf(graph)).toEqual(['Relu', 'Transpose', 'Neg']);
});

it('does not permute an operand that is read in both layouts without a gain', () => {
  const nodes = [...conv('x', 'a'), makeNode('Relu', ['a'], ['b']), makeNode('Reshape', ['b', 'flat'], ['y'])];
  const graph = rewritten([...nodes, makeNode('ReduceMax', ['b', 'last'], ['z'])], ['y', 'z'], { flat: Tensor.int64([1, -1, 2]) });
  expect(countTransposes(openGraph(graph).editor.index)).toBe(2);
  expect(graph.types.get('z')?.shape).toEqual([1, 6, 5, 1]);
});
