import { expect, it } from 'vitest';
import { parseSize } from './expression.ts';

it.each([
  ["Symbol('s77', positive=True, integer=True)", 's77'],
  ["Mul(Integer(2), Symbol('s77', positive=True, integer=True))", '2*s77'],
  ["Add(Mul(Integer(2), Symbol('s0', integer=True)), Integer(-3))", '(2*s0-3)'],
  ['2*s0', '2*s0'],
  ['s0*s1 + 4', '(s0*s1+4)'],
  ['Integer(7)', 7],
  ['FloorDiv(s0, 2)', '(FloorDiv(s0,2))'],
])('reads %s', (text, size) => {
  expect(parseSize(text, (name) => name)).toBe(size);
});

it('evaluates known symbols', () => {
  const sizes: Readonly<Record<string, number>> = { s0: 6 };
  expect(parseSize('2*s0 - 1', (name) => sizes[name] ?? name)).toBe(11);
  expect(parseSize("FloorDiv(Symbol('s0', integer=True), Integer(4))", (name) => sizes[name] ?? name)).toBe(1);
});
