import { expect, it } from 'vitest';
import { diagnostic } from '../diagnostics/diagnostic.ts';
import { cutBefore, fixShapes, pinOrCut } from '../diagnostics/remedies.ts';
import { makeNode } from '../graph/ir/graph.ts';
import { graphOf } from '../graph/ir/testing.ts';
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

it('gives them to what asks for a cut, and to nodes that ncnn cannot compute', () => {
  const advised = withCut(
    [
      diagnostic('operator-unsupported', '', cutBefore),
      diagnostic('shape-unknown', '', pinOrCut),
      diagnostic('operator-unknown', '', 'Export it again.'),
      diagnostic('operator-unsupported', '', { hint: 'Choose them.', advice: [{ option: 'outputs', names: ['c'] }] }),
      diagnostic('shape-unknown', '', fixShapes),
    ],
    ['a', 'b'],
  );
  const cut = { option: 'outputs', names: ['a', 'b'] };
  expect(advised.map(({ advice }) => advice)).toEqual([
    [cut],
    [{ option: 'const' }, cut],
    [cut],
    [{ option: 'outputs', names: ['c'] }],
    [{ option: 'shape' }],
  ]);
});
