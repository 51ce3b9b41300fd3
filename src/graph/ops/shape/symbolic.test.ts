import { expect, it } from 'vitest';
import type { Shape } from '../../ir/dimension.ts';
import { type Graph, makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { inferAndFold } from '../../stages/infer.ts';

function inferred(inputs: Record<string, Shape>, nodes: readonly Node[], output: string, constants: Record<string, Tensor> = {}): Graph {
  const { graph, diagnostics } = inferAndFold({
    name: 'test',
    inputs: Object.entries(inputs).map(([name, shape]) => ({ name, type: { dtype: 'float32', shape } })),
    outputs: [output],
    nodes,
    constants: new Map(Object.entries(constants)),
    types: new Map(),
  });
  expect(diagnostics).toEqual([]);
  return graph;
}

const int = (...values: number[]) => Tensor.int64(values);
const shapeOf = (graph: Graph) => graph.types.get('y')?.shape;

it('resolves the common x.view(x.size(0), -1)', () => {
  const nodes = [
    makeNode('Shape', ['x'], ['s']),
    makeNode('Gather', ['s', 'first'], ['n'], { axis: 0 }),
    makeNode('Unsqueeze', ['n', 'axes'], ['n1']),
    makeNode('Concat', ['n1', 'rest'], ['target'], { axis: 0 }),
    makeNode('Reshape', ['x', 'target'], ['y']),
  ];
  const constants = { first: Tensor.int64([0], []), axes: int(0), rest: int(-1) };
  expect(shapeOf(inferred({ x: ['N', 3, 4, 4] }, nodes, 'y', constants))).toEqual(['N', 48]);
});

it('folds a shape that is known although its operand is not', () => {
  const nodes = [makeNode('Shape', ['x'], ['s']), makeNode('Slice', ['s', 'from', 'to'], ['hw']), makeNode('Expand', ['v', 'hw'], ['y'])];
  const graph = inferred({ x: ['N', 3, 4, 5], v: [1, 1] }, nodes, 'y', { from: int(2), to: int(4) });
  expect(shapeOf(graph)).toEqual([4, 5]);
  expect(graph.nodes.map((node) => node.operator)).toEqual(['Expand']);
});

it('copies and infers the axes of a Reshape and cancels symbols', () => {
  const reshape = (shape: Shape, target: Tensor, attributes = {}) =>
    shapeOf(inferred({ x: shape }, [makeNode('Reshape', ['x', 't'], ['y'], attributes)], 'y', { t: target }));
  expect(reshape(['N', 6, 'W'], int(0, 2, 3, 0 + -1))).toEqual(['N', 2, 3, 'W']);
  expect(reshape(['N', 'H', 'W', 8], int(0, -1, 4))).toEqual(['N', '2*H*W', 4]);
  expect(reshape([0, 3], int(0, 5), { allowzero: 1 })).toEqual([0, 5]);
});

it('computes symbolic sizes of Concat, Pad, Tile and Slice', () => {
  const constants = { pads: int(0, 1, 0, 2), repeats: int(1, 2), start: int(1), end: int(2 ** 31), axes: int(1) };
  const nodes = [
    makeNode('Concat', ['x', 'z'], ['c'], { axis: 1 }),
    makeNode('Pad', ['c', 'pads'], ['p']),
    makeNode('Tile', ['p', 'repeats'], ['t']),
    makeNode('Slice', ['t', 'start', 'end', 'axes'], ['y']),
  ];
  expect(shapeOf(inferred({ x: [2, 'A'], z: [2, 'B'] }, nodes, 'y', constants))).toEqual([2, '(2*(A+B+3)-1)']);
});

it('treats a tensor without elements as a constant', () => {
  const nodes = [makeNode('Slice', ['x', 'start', 'end'], ['e']), makeNode('Concat', ['e', 'x'], ['y'], { axis: 0 })];
  const graph = inferred({ x: [3, 4] }, nodes, 'y', { start: int(2), end: int(1) });
  expect(graph.constants.get('e')?.shape).toEqual([0, 4]);
  expect(shapeOf(graph)).toEqual([3, 4]);
});

it('leaves the rank unknown when a dynamic axis may be squeezed', () => {
  expect(shapeOf(inferred({ x: [1, 'N', 4] }, [makeNode('Squeeze', ['x'], ['y'])], 'y'))).toBeUndefined();
});
