import { expect, it } from 'vitest';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { makeNode } from '../graph/ir/graph.ts';
import { lowerNodes } from './testing.ts';

function hintOf(inputs: Readonly<Record<string, readonly number[]>>): string {
  try {
    lowerNodes(inputs, [makeNode('Floor', ['rate'], ['c']), makeNode('If', ['c'], ['y'])], ['y']);
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map((entry) => entry.hint).join();
  }
  return '';
}

it('names the scalar input that decides', () => {
  expect(hintOf({ rate: [] })).toBe('Pin `const=rate:VALUE`.');
});

it('does not suggest to pin a whole tensor', () => {
  expect(hintOf({ rate: [1, 16, 96] })).toContain('Export the model without it');
});
