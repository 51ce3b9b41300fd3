import { expect, it } from 'vitest';
import { type Graph, makeNode } from '../graph/ir/graph.ts';
import { graphOf } from '../graph/ir/testing.ts';
import { rewrite } from '../graph/rewrites/index.ts';
import type { Attempt } from '../lower/blockers.ts';
import { type LowerResult, lower } from '../lower/lower.ts';
import { lastConvertible } from './lastConvertible.ts';

function attemptOf(source: Graph): Attempt {
  const folded = rewrite(source);
  return { source, folded, lowered: lower(folded.graph) };
}

it('names the last tensors that convert', () => {
  const nodes = [
    makeNode('Exp', ['x'], ['boxes']),
    makeNode('Neg', ['x'], ['scores']),
    makeNode('my.domain:Select', ['boxes', 'scores'], ['kept']),
    makeNode('Abs', ['kept'], ['y']),
  ];
  const graph = graphOf({ x: [1, 4] }, nodes, ['y']);
  expect(lastConvertible(graph, attemptOf(graph))).toEqual(['boxes', 'scores']);
});

it('names them when inference fails for the other nodes', () => {
  const nodes = [
    makeNode('Exp', ['x'], ['e']),
    makeNode('my.domain:Select', ['e'], ['kept']),
    makeNode('MatMul', ['kept', 'kept'], ['product']),
    makeNode('Abs', ['e'], ['a']),
  ];
  const graph = graphOf({ x: [1, 4] }, nodes, ['product', 'a']);
  expect(lastConvertible(graph, attemptOf(graph))).toEqual(['e', 'a']);
});

it('goes further back when a tensor cannot be an output', () => {
  // It is listed as computed, but no node produces it.
  const nodes = [makeNode('Exp', ['x'], ['e']), makeNode('my.domain:A', ['e'], ['a']), makeNode('my.domain:B', ['a'], ['y'])];
  const graph = graphOf({ x: [1, 4] }, nodes, ['y']);
  const lowered: LowerResult = { ok: false, diagnostics: [], computed: new Set(['e', 'a']) };
  expect(lastConvertible(graph, { ...attemptOf(graph), lowered })).toEqual(['e']);
});
