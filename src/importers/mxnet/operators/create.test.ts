import { expect, it } from 'vitest';
import { result } from '../testing.ts';

const one = { shape: [1, 2], values: [1, 2] };
const constant = (operator: string, attributes: Readonly<Record<string, string>>): readonly number[] =>
  result(operator, attributes, []).values;

it('counts like the range of Python', () => {
  expect(constant('_arange', { start: '3' })).toEqual([0, 1, 2]);
  expect(constant('_arange', { start: '1', stop: '6', step: '2' })).toEqual([1, 3, 5]);
  expect(constant('_arange', { start: '0', stop: '2', repeat: '2' })).toEqual([0, 0, 1, 1]);
});

it('creates constants of one value', () => {
  expect(constant('_zeros', { shape: '(2,)' })).toEqual([0, 0]);
  expect(constant('_full', { shape: '(1, 2)', value: '7' })).toEqual([7, 7]);
  expect(result('ones_like', {}, [one])).toEqual({ shape: [1, 2], values: [1, 1] });
});

it('rejects huge constants', () => {
  expect(() => constant('_zeros', { shape: '(100000, 100000)' })).toThrow('expected at most 4194304 elements');
  expect(() => constant('_arange', { start: '0', stop: '1e12' })).toThrow('expected at most 4194304 elements');
});
