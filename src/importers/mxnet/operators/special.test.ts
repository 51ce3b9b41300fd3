import { expect, it } from 'vitest';
import { result } from '../testing.ts';

const valuesOf = (operator: string, values: readonly number[]): readonly number[] =>
  result(operator, {}, [{ shape: [values.length], values }]).values;
const closeTo = (actual: readonly number[], expected: readonly number[]): void => {
  for (const [index, value] of expected.entries()) expect(Math.abs((actual[index] ?? Number.NaN) / value - 1)).toBeLessThan(1e-5);
};

it('computes gamma, also for negative numbers', () => {
  closeTo(valuesOf('gamma', [0.5, 1, 5, 10, -0.5, -1.5]), [Math.sqrt(Math.PI), 1, 24, 362880, -3.5449077018, 2.3632718012]);
});

it('computes the logarithm of the absolute value of gamma', () => {
  closeTo(valuesOf('gammaln', [0.5, 10, 100, -0.5, -1.5]), [0.5723649429, 12.8018274801, 359.1342053696, 1.2655121235, 0.8600470154]);
});

it('inverts the error function up to its poles', () => {
  closeTo(valuesOf('erfinv', [0.5, -0.875, 1 - 2 ** -13, 0.125]), [0.4769362762, -1.08478704007, 2.71665524057, 0.11123545184]);
  expect(valuesOf('erfinv', [1, -1])).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
});
