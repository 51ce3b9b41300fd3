import { expect, it } from 'vitest';
import { makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

const constants = { axis: Tensor.int64([1]), small: Tensor.float32([1e-6]), two: Tensor.float32([2]), one: Tensor.float32([1]) };
const norm = makeNode('ReduceL2', ['x', 'axis'], ['n']);
const squares = [makeNode('Mul', ['x', 'x'], ['s']), makeNode('ReduceSum', ['s', 'axis'], ['n'])];

function found(nodes: readonly Node[], shape = [1, 8, 4, 4]) {
  const graph = rewriteNodes({ x: shape }, nodes, ['y'], constants);
  return { operators: operatorsOf(graph), guard: graph.nodes.at(-1)?.attributes.get('guard')?.value };
}

it('finds vectors divided by their guarded length', () => {
  const clipped = [norm, makeNode('Clip', ['n', 'small'], ['c']), makeNode('Div', ['x', 'c'], ['y'])];
  expect(found(clipped)).toEqual({ operators: ['ncnn:UnitLength'], guard: 'norm' });
  const spread = [
    norm,
    makeNode('Max', ['small', 'n'], ['c']),
    makeNode('Shape', ['x'], ['shape']),
    makeNode('Expand', ['c', 'shape'], ['e']),
    makeNode('Div', ['x', 'e'], ['y']),
  ];
  expect(found(spread)).toEqual({ operators: ['ncnn:UnitLength'], guard: 'norm' });
  const tensorflow = [
    ...squares,
    makeNode('Max', ['n', 'small'], ['m']),
    makeNode('Sqrt', ['m'], ['r']),
    makeNode('Reciprocal', ['r'], ['i']),
    makeNode('Mul', ['x', 'i'], ['y']),
  ];
  expect(found(tensorflow)).toEqual({ operators: ['ncnn:UnitLength'], guard: 'square' });
  const caffe = [...squares, makeNode('Add', ['n', 'small'], ['m']), makeNode('Sqrt', ['m'], ['r']), makeNode('Div', ['x', 'r'], ['y'])];
  expect(found(caffe)).toEqual({ operators: ['ncnn:UnitLength'], guard: 'sum' });
});

it.each<[string, readonly Node[], number[]]>([
  ['without a guard', [norm, makeNode('Div', ['x', 'n'], ['y'])], [1, 8, 4, 4]],
  ['along an axis between others', [norm, makeNode('Clip', ['n', 'small'], ['c']), makeNode('Div', ['x', 'c'], ['y'])], [2, 8, 4, 4]],
  [
    'of another value',
    [norm, makeNode('Clip', ['n', 'small'], ['c']), makeNode('Neg', ['x'], ['z']), makeNode('Div', ['z', 'c'], ['y'])],
    [1, 8, 4, 4],
  ],
  ['guarded after the root', [norm, makeNode('Add', ['n', 'small'], ['c']), makeNode('Div', ['x', 'c'], ['y'])], [1, 8, 4, 4]],
  ['limited from above', [norm, makeNode('Clip', ['n', 'small', 'one'], ['c']), makeNode('Div', ['x', 'c'], ['y'])], [1, 8, 4, 4]],
])('keeps a length %s', (_what, nodes, shape) => {
  expect(found(nodes, shape).operators).not.toContain('ncnn:UnitLength');
});
