import { expect, it } from 'vitest';
import { closest } from './closest.ts';

it('finds swapped letters, another case and substrings', () => {
  expect(closest('inptu', ['input', 'output'])).toEqual(['input']);
  expect(closest('INPUT', ['input', 'mask'])).toEqual(['input']);
  expect(closest('logits', ['model/logits:0', 'boxes'])).toEqual(['model/logits:0']);
});

it('prefers a small misspelling to a substring', () => {
  expect(closest('inlineLimt', ['inline', 'inlineLimit'])[0]).toBe('inlineLimit');
});

it('suggests nothing for a name without similar ones', () => {
  expect(closest('temperature', ['x', 'mask'])).toEqual([]);
});
