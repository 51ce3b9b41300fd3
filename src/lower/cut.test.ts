import { expect, it } from 'vitest';
import { NcnnError } from '../diagnostics.ts';
import { makeNode } from '../graph/graph.ts';
import { lowerNodes } from './testing.ts';

it('names the last tensors that convert, ready to paste', () => {
  const nodes = [
    makeNode('Exp', ['x'], ['boxes']),
    makeNode('Neg', ['x'], ['scores']),
    makeNode('my.domain:Select', ['boxes', 'scores'], ['kept']),
    makeNode('Abs', ['kept'], ['y']),
  ];
  try {
    lowerNodes({ x: [1, 4] }, nodes, ['y']);
    expect.unreachable();
  } catch (error) {
    const hints = error instanceof NcnnError ? error.diagnostics.map((entry) => entry.hint) : [];
    expect(hints).toEqual([
      'What comes before it converts: cut the graph with `output=boxes` `output=scores`, or export the model without it.',
    ]);
  }
});
