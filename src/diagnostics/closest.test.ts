import { expect, it } from 'vitest';
import { closest } from './closest.ts';

it('finds a transposition, a wrong case and a part', () => {
  expect(closest('inptu', ['input', 'output'])).toEqual(['input']);
  expect(closest('INPUT', ['input', 'mask'])).toEqual(['input']);
  expect(closest('logits', ['model/logits:0', 'boxes'])).toEqual(['model/logits:0']);
});

it('prefers what is spelled a little differently to a part of it', () => {
  expect(closest('inlineLimt', ['inline', 'inlineLimit'])[0]).toBe('inlineLimit');
});

it('suggests nothing for a name that is like none', () => {
  expect(closest('temperature', ['x', 'mask'])).toEqual([]);
});
