import { describe, expect, it } from 'vitest';
import { Budget } from '../../budget/budget.ts';
import { type Graph, makeNode } from '../ir/graph.ts';
import { Tensor } from '../ir/tensor.ts';
import { inferAndFold } from './infer.ts';

const size = 1000;
const table = Tensor.of(
  'float32',
  [size],
  Float32Array.from({ length: size }, (_, index) => index / 8),
);

/** A chain of operators on a table, each of which doubles its operand; the last value is added to the input. */
function chain(length: number, outputs: readonly string[] = ['y']): Graph {
  const doubled = Array.from({ length }, (_, index) => makeNode('Add', [`t${index}`, `t${index}`], [`t${index + 1}`]));
  return {
    name: 'chain',
    types: new Map(),
    inputs: [{ name: 'x', type: { dtype: 'float32', shape: [size] } }],
    outputs,
    nodes: [...doubled, makeNode('Add', ['x', `t${length}`], ['y'])],
    constants: new Map([['t0', table]]),
  };
}

describe('constants in a chain of nodes', () => {
  // Two tables, and a quarter of each of three during one computation.
  const budget = (): Budget => new Budget({ maxElements: 3 * size });

  it('only count toward the budget while they are needed', () => {
    const { graph } = inferAndFold(chain(10), undefined, budget());
    expect(graph.nodes.map(({ outputs }) => outputs)).toEqual([['y']]);
    const [, folded = ''] = graph.nodes[0]?.inputs ?? [];
    expect([...(graph.constants.get(folded)?.toFloat32() ?? [])]).toEqual([...table.toFloat32()].map((value) => value * 1024));
    expect([...graph.constants.keys()]).toEqual([folded]);
  });

  it('are kept as outputs', () => {
    const { graph } = inferAndFold(chain(10, ['t1', 'y']), undefined, budget());
    expect([...(graph.constants.get('t1')?.toFloat32() ?? [])]).toEqual([...table.toFloat32()].map((value) => value * 2));
  });

  it('are kept for later readers', () => {
    const source = chain(10);
    const late = { ...source, outputs: ['z'], nodes: [...source.nodes, makeNode('Add', ['y', 't1'], ['z'])] };
    const read = inferAndFold(late, undefined, budget()).graph;
    expect(read.nodes.at(-1)?.inputs).toEqual(['y', 't1']);
    expect([...(read.constants.get('t1')?.toFloat32() ?? [])]).toEqual([...table.toFloat32()].map((value) => value * 2));
  });
});
