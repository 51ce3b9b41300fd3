import { expect, it } from 'vitest';
import type { Remedy } from '../diagnostics/advice.ts';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import type { Shape } from '../graph/ir/dimension.ts';
import { makeNode } from '../graph/ir/graph.ts';
import { lowerNodes } from './testing.ts';

function remedyFor(inputs: Readonly<Record<string, Shape>>): Remedy | undefined {
  try {
    lowerNodes(inputs, [makeNode('Floor', ['rate'], ['c']), makeNode('If', ['c'], ['y'])], ['y']);
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics[0];
  }
  return undefined;
}

it('names the scalar input that decides', () => {
  expect(remedyFor({ rate: [] })).toMatchObject({ hint: 'Pin the input.', advice: [{ option: 'const', input: 'rate' }] });
});

it('does not suggest pinning a whole tensor', () => {
  expect(remedyFor({ rate: [1, 16, 96] })?.advice).toEqual([{ option: 'outputs', names: [] }]);
});

it('suggests setting the shape of an input with a dynamic axis', () => {
  expect(remedyFor({ rate: [1, 'T', 96] })?.hint).toMatch(/^Fix the shapes of the inputs/);
});
