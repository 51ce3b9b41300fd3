import { expect, it } from 'vitest';
import type { Shape } from '../../ir/dimension.ts';
import { type Graph, makeNode, type Node } from '../../ir/graph.ts';
import { Tensor } from '../../ir/tensor.ts';
import { inferAndFold } from '../../stages/infer.ts';
import { noise, operatorResults } from '../testing.ts';

/** A graph of one node whose second operand is an input. */
function graphOf(node: Node, shape: Shape, parameter: Shape, declared?: Shape): Graph {
  return {
    name: 'test',
    inputs: [
      { name: 'x', type: { dtype: 'float32', shape } },
      { name: 'p', type: { dtype: 'int64', shape: parameter } },
    ],
    outputs: ['y'],
    nodes: [node],
    constants: new Map(),
    types: new Map(declared === undefined ? [] : [['y', { dtype: 'float32', shape: declared }]]),
  };
}

function written(graph: Graph): readonly string[] {
  return inferAndFold(graph).graph.nodes.map(({ operator }) => operator);
}

it('infers the axes of a reduction from the declared result', () => {
  const node = makeNode('ReduceSum', ['x', 'p'], ['y']);
  expect(written(graphOf(node, [3, 2, 2], [1], [3, 2, 1]))).toEqual(['ReduceSum']);
  expect(written(graphOf(node, [3, 2, 4], [2], [3, 1, 1]))).toEqual(['ReduceSum']);
});

it.each<[string, Node, Shape, Shape | undefined]>([
  ['the result is not declared', makeNode('ReduceSum', ['x', 'p'], ['y']), [3, 2], undefined],
  ['only the order distinguishes several axes', makeNode('ReduceSum', ['x', 'p'], ['y'], { keepdims: 0 }), [2, 2, 2], [2]],
])('keeps a node when %s', (_what, node, shape, declared) => {
  const parameter = declared === undefined ? [1] : [2];
  expect(written(graphOf(node, shape, parameter, declared))).toEqual(['ReduceSum']);
});

it.each([
  ['CumSum', [], [0, 1, -1, -2]],
  ['CumProd', [], [0, 1, -1, -2]],
  ['ReduceMax', [1], [0, 1, -1, -2]],
])('%s selects from all possible axes', (operator, parameter, axes) => {
  const node = makeNode(operator, ['x', 'p'], ['y'], operator === 'ReduceMax' ? { keepdims: 0 } : {});
  const graph = inferAndFold(graphOf(node, [3, 3], parameter, operator === 'ReduceMax' ? [3] : [3, 3])).graph;
  expect(graph.nodes.map((inner) => inner.operator)).toContain('Where');
  for (const axis of axes) {
    const operands = { x: noise([3, 3]), p: Tensor.int64([axis], parameter) };
    const folded = inferAndFold({ ...graph, inputs: [], constants: new Map([...graph.constants, ...Object.entries(operands)]) }).graph;
    const actual = folded.constants.get('y')?.toFloat64() ?? [];
    const [expected = []] = operatorResults(node, operands);
    expected.forEach((value, index) => {
      expect(actual[index]).toBeCloseTo(value, 6);
    });
  }
});

it('compares with a computed diagonal', () => {
  const node = makeNode('Trilu', ['x', 'p'], ['y'], { upper: 0 });
  const { graph } = inferAndFold(graphOf(node, [3, 3], []));
  for (const diagonal of [-4, -1, 0, 2]) {
    const operands = { x: noise([3, 3]), p: Tensor.int64([diagonal], []) };
    const folded = inferAndFold({ ...graph, inputs: [], constants: new Map([...graph.constants, ...Object.entries(operands)]) }).graph;
    expect([...(folded.constants.get('y')?.toFloat64() ?? [])]).toEqual(operatorResults(node, operands)[0]);
  }
});
