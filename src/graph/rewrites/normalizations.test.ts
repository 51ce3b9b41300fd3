import { expect, it } from 'vitest';
import { makeNode } from '../graph.ts';
import { Tensor } from '../tensor.ts';
import { operatorsOf, rewriteNodes } from './testing.ts';

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
  makeNode('Sub', ['x', 'mean'], ['centred']),
  makeNode('Pow', ['centred', 'two'], ['square']),
  makeNode('ReduceMean', ['square', 'last'], ['variance']),
  makeNode('Add', ['variance', 'epsilon'], ['sum']),
  makeNode('Sqrt', ['sum'], ['root']),
  makeNode('Div', ['centred', 'root'], ['n']),
];

it('finds LayerNormalization with its scale and shift', () => {
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

it('finds LayerNormalization without any', () => {
  const graph = rewriteNodes(inputs, layerNorm, ['n'], constants);
  expect(operatorsOf(graph)).toEqual(['LayerNormalization']);
  expect(graph.constants.get(graph.nodes[0]?.inputs[1] ?? '')?.toFloat32()).toEqual(Float32Array.of(1, 1, 1, 1));
});

it('leaves a mean over an inner axis alone', () => {
  const graph = rewriteNodes(inputs, layerNorm, ['n'], { ...constants, last: Tensor.int64([1]) });
  expect(operatorsOf(graph)).not.toContain('LayerNormalization');
});

it('does not take a shift for a scale that is applied behind it', () => {
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
