import { expect, it } from 'vitest';
import { abbreviate, broadcastShapes, product, quotient, sum } from './dimension.ts';

it('multiplies symbols in canonical order', () => {
  expect(product(['W', 2, 'H', 3])).toBe('6*H*W');
  expect(product(['2*H', '3*H'])).toBe('6*H*H');
  expect(product(['(A*B)', 'C'])).toBe('(A*B)*C');
  expect(product(['H', 0])).toBe(0);
});

it('adds like terms and constants', () => {
  expect(sum([2, 3])).toBe(5);
  expect(sum(['H', 0])).toBe('H');
  expect(sum(['H', 'H'])).toBe('2*H');
  expect(sum(['W', 3, 'H', -5])).toBe('(H+W-2)');
  expect(sum([sum(['H', 3]), sum(['W', -3])])).toBe('(H+W)');
  expect(sum([sum(['H', -3]), 3])).toBe('H');
  expect(sum([sum(['H', -3]), -1])).toBe('(H-4)');
});

it('leaves other sums symbolic', () => {
  expect(sum(['(H/2)', 1])).toBe('((H/2)+1)');
  expect(sum(['(node:0)', '(node:0)'])).toBe('2*(node:0)');
  expect(sum(['floor(H/2)', 1])).toBe('(floor(H/2)+1)');
});

it('cancels factors in quotients', () => {
  expect(quotient(12, 4)).toBe(3);
  expect(quotient('6*H*W', '2*W')).toBe('3*H');
  expect(quotient('N', 'N')).toBe(1);
  expect(quotient('H', 2)).toBe('(H/2)');
});

it('broadcasts symbols to numbers, and expressions to names', () => {
  expect(broadcastShapes(['T', 1, 4], ['H', 4])).toEqual(['T', 'H', 4]);
  expect(broadcastShapes(['(min(9,T))', 4], ['T', 'W'])).toEqual(['T', 4]);
  expect(broadcastShapes(['H'], ['W'])).toEqual(['H']);
  expect(broadcastShapes([3], [4])).toBeUndefined();
});

it('writes a long expression as a stable digest', () => {
  const long = (name: string): string => `(max(${Array.from({ length: 400 }, (_, index) => `${name}${index}`).join(',')}))`;
  expect(abbreviate('(H+W)')).toBe('(H+W)');
  expect(abbreviate(5)).toBe(5);
  expect(String(abbreviate(long('a'))).length).toBeLessThan(50);
  expect(abbreviate(long('a'))).toBe(abbreviate(long('a')));
  expect(abbreviate(long('a'))).not.toBe(abbreviate(long('b')));
  expect(product([abbreviate(long('a')), 2])).toMatch(/^2\*\(size:/);
});
