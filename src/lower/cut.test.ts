import { expect, it } from 'vitest';
import { diagnostic } from '../diagnostics/diagnostic.ts';
import { makeNode } from '../graph/ir/graph.ts';
import { graphOf } from '../graph/ir/testing.ts';
import { cutHint } from '../graph/stages/infer.ts';
import { lastConvertible, withCut } from './cut.ts';
import { lower } from './lower.ts';

it('names the last tensors that convert', () => {
  const nodes = [
    makeNode('Exp', ['x'], ['boxes']),
    makeNode('Neg', ['x'], ['scores']),
    makeNode('my.domain:Select', ['boxes', 'scores'], ['kept']),
    makeNode('Abs', ['kept'], ['y']),
  ];
  const graph = graphOf({ x: [1, 4] }, nodes, ['y']);
  const lowered = lower(graph);
  expect(lowered.ok || lastConvertible(graph, lowered.computed)).toEqual(['boxes', 'scores']);
});

it('goes further back where a tensor could not be had as an output', () => {
  // Said to be computed, it is still none of what the nodes give.
  const nodes = [makeNode('Exp', ['x'], ['e']), makeNode('my.domain:A', ['e'], ['a']), makeNode('my.domain:B', ['a'], ['y'])];
  expect(lastConvertible(graphOf({ x: [1, 4] }, nodes, ['y']), new Set(['e', 'a']))).toEqual(['e']);
});

it('writes them into the hints, ready to paste', () => {
  const entry = (hint: string) => diagnostic('operator-unsupported', '', hint);
  const hints = withCut(
    [
      entry(cutHint),
      entry('Pin it, or cut the graph with `output=NAME`.'),
      entry('Export it again.'),
      diagnostic('shape-unknown', '', 'Fix it.'),
    ],
    ['a', 'b&c'],
  ).map(({ hint }) => hint);
  expect(hints).toEqual([
    'What comes before it converts: cut the graph with `output=a&output=b%26c`, or export the model without it.',
    'Pin it, or cut the graph with `output=a&output=b%26c`.',
    'Export it again. What comes before it converts: cut the graph with `output=a&output=b%26c`.',
    'Fix it.',
  ]);
});
