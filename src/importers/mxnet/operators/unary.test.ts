import { expect, it } from 'vitest';
import { result } from '../testing.ts';

const row = { shape: [1, 4], values: [-1.5, -0.4, 0.5, 2.5] };

it.each([
  ['round', [-2, -0, 1, 3]],
  ['rint', [-2, -0, 0, 2]],
  ['fix', [-1, -0, 0, 2]],
  ['trunc', [-1, -0, 0, 2]],
  ['square', [2.25, 0.16, 0.25, 6.25]],
  ['cbrt', [-1.5, -0.4, 0.5, 2.5].map(Math.cbrt)],
  ['expm1', [-1.5, -0.4, 0.5, 2.5].map(Math.expm1)],
  ['degrees', [-1.5, -0.4, 0.5, 2.5].map((value) => (value * 180) / Math.PI)],
  ['abs', [1.5, 0.4, 0.5, 2.5]],
  ['negative', [1.5, 0.4, -0.5, -2.5]],
])('computes %s', (operator, expected) => {
  for (const [index, value] of result(operator, {}, [row]).values.entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 4);
});

it('removes a cast of floats to float32', () => {
  expect(result('Cast', { dtype: 'float16' }, [row])).toEqual({ ...row, values: row.values.map(Math.fround) });
  expect(result('Cast', { dtype: 'int32' }, [row]).values).toEqual([-1, 0, 0, 2]);
});
