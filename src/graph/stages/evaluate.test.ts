import { expect, it } from 'vitest';
import { type AttributeLiteral, type Graph, makeNode, type Node } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { asCustomLayer } from '../ops/custom/custom.ts';
import { evaluate } from './evaluate.ts';

function graphOf(nodes: readonly Node[], outputs: readonly string[], constants: Readonly<Record<string, Tensor>> = {}): Graph {
  return {
    name: 'test',
    inputs: [{ name: 'x', type: { dtype: 'float32', shape: [2] } }],
    outputs,
    nodes,
    constants: new Map(Object.entries(constants)),
    types: new Map(),
  };
}

const x = new Map([['x', Tensor.float32([1, -2])]]);

function floats(tensor: Tensor | undefined): number[] {
  return tensor === undefined ? [] : [...tensor.toFloat64()];
}

it('computes only the nodes that an output needs, in order', () => {
  const graph = graphOf(
    [makeNode('Neg', ['x'], ['a']), makeNode('Unknown', ['x'], ['never']), makeNode('Add', ['a', 'b'], ['y'])],
    ['y', 'a'],
    { b: Tensor.float32([10, 20]) },
  );
  const computed: string[] = [];
  const results = evaluate(graph, x, { onValue: (name, _, node) => computed.push(`${node.operator} ${name}`) });
  expect(floats(results.get('y'))).toEqual([9, 22]);
  expect(floats(results.get('a'))).toEqual([-1, 2]);
  expect(computed).toEqual(['Neg a', 'Add y']);
});

it('takes the branch that the input selects', () => {
  const branch = (operator: string): AttributeLiteral => ({
    kind: 'graph',
    value: { ...graphOf([makeNode(operator, ['x'], ['inner'])], ['inner']), inputs: [] },
  });
  const nodes = [
    makeNode('ReduceSum', ['x'], ['sum'], { keepdims: 0 }),
    makeNode('Greater', ['sum', 'zero'], ['positive']),
    makeNode('If', ['positive'], ['y'], { then_branch: branch('Neg'), else_branch: branch('Abs') }),
  ];
  const graph = graphOf(nodes, ['y'], { zero: Tensor.float32([0]) });
  expect(floats(evaluate(graph, x).get('y'))).toEqual([1, 2]);
  expect(floats(evaluate(graph, new Map([['x', Tensor.float32([3, -2])]])).get('y'))).toEqual([-3, 2]);
});

it('names the node it cannot compute', () => {
  expect(() => evaluate(graphOf([makeNode('Mystery', ['x'], ['y'], {}, 'm')], ['y']), x)).toThrow(
    'Mystery "m": no reference implementation of Mystery',
  );
});

it('leaves custom layers to the runtime', () => {
  const custom = asCustomLayer(makeNode('my:Foo', ['x'], ['y'], {}, 'm'), 'Foo', {});
  expect(() => evaluate(graphOf([custom], ['y']), x)).toThrow('"m": only your own runtime can compute a custom layer');
});
