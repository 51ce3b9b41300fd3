import { expect, it } from 'vitest';
import { SymbolAttributes } from './attributes.ts';

const of = (value: string): SymbolAttributes => new SymbolAttributes(new Map([['a', value]]));

it.each([
  ['(3, 3)', [3, 3]],
  ['[3,3]', [3, 3]],
  ['(3L, 3L)', [3, 3]],
  ['( 1 , )', [1]],
  ['3', [3]],
  ['()', []],
])('reads the tuple %s', (text, expected) => {
  expect(of(text).integers('a', [])).toEqual(expected);
});

it.each([
  ['True', true],
  ['true', true],
  ['1', true],
  ['False', false],
  ['0', false],
])('reads the boolean %s', (text, expected) => {
  expect(of(text).boolean('a', !expected)).toBe(expected);
});

it('uses the default for a missing or None value', () => {
  expect(of('None').integer('a', 7)).toBe(7);
  expect(of('1').number('b', 0.5)).toBe(0.5);
  expect(of('(None, 2)').optionalIntegers('a', [])).toEqual([undefined, 2]);
});

it('rejects invalid text', () => {
  expect(() => of('three').integer('a', 1)).toThrow('`a=three` is not a number');
  expect(() => of('maybe').boolean('a', true)).toThrow('`a=maybe` is not a boolean');
});
