import { expect, it } from 'vitest';
import type { Shape } from '../../ir/dimension.ts';
import { type Graph, makeNode, type Node } from '../../ir/graph.ts';
import { operatorsOf, rewriteNodes } from '../testing.ts';

function branch(node: Node): Graph {
  return { name: 'branch', inputs: [], outputs: node.outputs, nodes: [node], constants: new Map(), types: new Map() };
}

function decide(condition: Shape, otherwise: Node): readonly string[] {
  const nodes = [
    makeNode('Exp', ['x'], ['e']),
    makeNode('Cast', ['c'], ['b'], { to: 'bool' }),
    makeNode('If', ['b'], ['y'], {
      then_branch: { kind: 'graph', value: branch(makeNode('Neg', ['e'], ['r'])) },
      else_branch: { kind: 'graph', value: branch(otherwise) },
    }),
  ];
  return operatorsOf(rewriteNodes({ x: [1, 4], c: condition }, nodes, ['y']));
}

it('runs both branches and selects one by a dynamic condition', () => {
  expect(decide([1, 1], makeNode('Abs', ['e'], ['r']))).toEqual(['Exp', 'Cast', 'Neg', 'Abs', 'Where']);
});

it('keeps branches whose results have different shapes', () => {
  expect(decide([1, 1], makeNode('ReduceMax', ['e'], ['r']))).toContain('If');
});

it('keeps an If that pinning an input resolves', () => {
  expect(decide([], makeNode('Abs', ['e'], ['r']))).toContain('If');
});
