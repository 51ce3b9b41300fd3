import { describe, expect, it } from 'vitest';
import { elementCount } from '../graph/ir/dimension.ts';
import { type Attribute, type Graph, makeNode, type Node, type ValueType } from '../graph/ir/graph.ts';
import { Tensor } from '../graph/ir/tensor.ts';
import { graphOf } from '../graph/ir/testing.ts';
import { rewrite } from '../graph/rewrites/index.ts';
import { diagnosticsOf } from './blockers.ts';
import { lower } from './lower.ts';

function blockersOf(source: Graph): readonly string[] {
  const folded = rewrite(source);
  const found = diagnosticsOf({ source, folded, lowered: lower(folded.graph) });
  return found.map(({ code, place: { operator = '', node = '' } }) => `${code} ${operator} "${node}"`);
}

const float = (...shape: readonly number[]): Tensor => Tensor.of('float32', shape, new Float32Array(elementCount(shape)).fill(1));

/** A graph with `x` through an unknown operator to `u`, and the nodes that read `u`. */
function behindUnknown(
  nodes: readonly Node[],
  constants: Readonly<Record<string, Tensor>> = {},
  types: readonly [string, ValueType][] = [],
): Graph {
  const graph = graphOf(
    { x: [1, 3, 8, 8] },
    [makeNode('my.domain:Op', ['x'], ['u']), ...nodes],
    [nodes.at(-1)?.outputs[0] ?? 'u'],
    constants,
  );
  return { ...graph, types: new Map([...graph.types, ...types]) };
}

const onlyUnknown = ['operator-unknown my.domain:Op "u"'];

describe('an unknown operator', () => {
  it.each<[string, readonly Node[], Readonly<Record<string, Tensor>>]>([
    ['MatMul', [makeNode('MatMul', ['u', 'w'], ['y'])], { w: float(8, 4) }],
    ['Conv', [makeNode('Conv', ['u', 'w'], ['y'])], { w: float(4, 3, 3, 3) }],
    ['MaxPool', [makeNode('MaxPool', ['u'], ['y'], { kernel_shape: [2, 2] })], {}],
    ['Attention', [makeNode('Attention', ['u', 'u', 'u'], ['y'], { q_num_heads: 2, kv_num_heads: 2 })], {}],
    ['Reshape', [makeNode('Reshape', ['u', 's'], ['y'])], { s: Tensor.int64([1, -1]) }],
    ['Concat', [makeNode('Concat', ['u', 'x'], ['y'], { axis: 1 })], {}],
    ['Relu', [makeNode('Relu', ['u'], ['y'])], {}],
    ['Shape', [makeNode('Shape', ['u'], ['s']), makeNode('Expand', ['x', 's'], ['y'])], {}],
    ['TopK', [makeNode('TopK', ['u', 'k'], ['y', 'i'])], { k: Tensor.int64([2]) }],
    [
      'a chain',
      [makeNode('Relu', ['u'], ['r']), makeNode('MatMul', ['r', 'w'], ['m']), makeNode('MaxPool', ['m'], ['y'], { kernel_shape: [2, 2] })],
      { w: float(8, 4) },
    ],
  ])('is the only diagnostic before %s', (_name, nodes, constants) => {
    expect(blockersOf(behindUnknown(nodes, constants))).toEqual(onlyUnknown);
  });

  it('is reported along with another one in graph order', () => {
    const other = makeNode('my.domain:Other', ['x'], ['o']);
    expect(blockersOf(behindUnknown([other, makeNode('MatMul', ['u', 'o'], ['y'])]))).toEqual([
      ...onlyUnknown,
      'operator-unknown my.domain:Other "o"',
    ]);
    const reader = makeNode('my.domain:Other', ['u'], ['o']);
    expect(blockersOf(behindUnknown([reader, makeNode('MatMul', ['o', 'o'], ['y'])]))).toEqual([
      ...onlyUnknown,
      'operator-unknown my.domain:Other "o"',
    ]);
  });

  it('does not hide errors elsewhere', () => {
    const graph = behindUnknown([makeNode('MatMul', ['u', 'w'], ['m'])], { w: float(8, 4) });
    const wrong = makeNode('Conv', ['x', 'w'], ['c']);
    expect(blockersOf({ ...graph, nodes: [wrong, ...graph.nodes], outputs: ['m', 'c'] })).toEqual([
      'operator-invalid Conv "c"',
      ...onlyUnknown,
    ]);
  });

  it('allows inference behind it if the model declares its output', () => {
    const declared: [string, ValueType] = ['u', { dtype: 'float32', shape: [1, 3, 8, 8] }];
    const pool = makeNode('MaxPool', ['u'], ['p'], { kernel_shape: [2, 2] });
    expect(blockersOf(behindUnknown([pool], {}, [declared]))).toEqual(onlyUnknown);
    expect(blockersOf(behindUnknown([pool, makeNode('MatMul', ['p', 'w'], ['y'])], { w: float(8, 4) }, [declared]))).toEqual([
      ...onlyUnknown,
      'operator-invalid MatMul "y"',
    ]);
  });

  const branchOf = (...nodes: readonly Node[]): Attribute => {
    return { kind: 'graph', value: graphOf({}, nodes, [nodes.at(-1)?.outputs[0] ?? '']) };
  };
  const choice = makeNode('If', ['c'], ['i'], {
    then_branch: branchOf(makeNode('my.domain:Op', ['x'], ['u']), makeNode('MatMul', ['u', 'w'], ['t'])),
    else_branch: branchOf(makeNode('Neg', ['x'], ['e'])),
  });

  it('is reported in the branch that an If takes and not in the other', () => {
    const taken = graphOf({ x: [1, 3, 8, 8] }, [choice], ['i'], { c: Tensor.of('bool', [], Uint8Array.of(1)), w: float(8, 4) });
    expect(blockersOf(taken)).toEqual(['operator-unknown my.domain:Op "i/u"']);
    const constants = new Map([...taken.constants, ['c', Tensor.of('bool', [], Uint8Array.of(0))] as const]);
    expect(blockersOf({ ...taken, constants })).toEqual([]);
  });

  it('is reported in the branches of a dynamic If', () => {
    const graph = graphOf({ x: [1, 3, 8, 8], c: [] }, [choice, makeNode('MatMul', ['i', 'w'], ['y'])], ['y'], { w: float(8, 4) });
    expect(blockersOf(graph)).toEqual(['operator-unknown my.domain:Op "i/u"', 'operator-unsupported If "i"']);
  });
});

it('reports an error once, without the decompositions it prevents', () => {
  const nodes = [makeNode('NonZero', ['x'], ['n']), makeNode('TopK', ['n', 'k'], ['y', 'i'], { axis: 1 })];
  expect(blockersOf(graphOf({ x: [4, 4] }, nodes, ['y'], { k: Tensor.int64([2]) }))).toEqual(['operator-unsupported NonZero "n"']);
});
