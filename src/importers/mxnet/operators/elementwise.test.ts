import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

const [left, right] = [
  { shape: [1, 2], values: [7, -7] },
  { shape: [1, 2], values: [2, 3] },
];

it.each([
  ['_Plus', [9, -4]],
  ['_plus', [9, -4]],
  ['elemwise_add', [9, -4]],
  ['broadcast_add', [9, -4]],
  ['broadcast_plus', [9, -4]],
  ['_sub', [5, -10]],
  ['_Minus', [5, -10]],
  ['_Mul', [14, -21]],
  ['elemwise_mul', [14, -21]],
  ['_div', [3.5, -7 / 3]],
  ['broadcast_mod', [1, 2]],
  ['_maximum', [7, 3]],
  ['_Minimum', [2, -7]],
  ['broadcast_hypot', [Math.hypot(7, 2), Math.hypot(7, 3)]],
  ['_greater', [1, 0]],
  ['broadcast_lesser_equal', [0, 1]],
  ['broadcast_not_equal', [1, 1]],
  ['broadcast_logical_and', [1, 1]],
])('computes %s of two tensors', (operator, expected) => {
  for (const [index, value] of result(operator, {}, [left, right]).values.entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 5);
});

it.each([
  ['_plus_scalar', [9, -5]],
  ['_PlusScalar', [9, -5]],
  ['_minus_scalar', [5, -9]],
  ['_rminus_scalar', [-5, 9]],
  ['_RMinusScalar', [-5, 9]],
  ['_mul_scalar', [14, -14]],
  ['_div_scalar', [3.5, -3.5]],
  ['_rdiv_scalar', [2 / 7, -2 / 7]],
  ['_power_scalar', [49, 49]],
  ['_rpower_scalar', [128, 1 / 128]],
  ['_maximum_scalar', [7, 2]],
  ['_MinimumScalar', [2, -7]],
  ['_mod_scalar', [1, 1]],
  ['_greater_equal_scalar', [1, 0]],
  ['_lesser_scalar', [0, 1]],
])('computes %s of a tensor and a number', (operator, expected) => {
  for (const [index, value] of result(operator, { scalar: '2.0' }, [left]).values.entries())
    expect(value).toBeCloseTo(expected[index] ?? 0, 5);
});

it.each(['add_n', 'ElementWiseSum', '_sum'])('adds up any number of tensors (%s)', (operator) => {
  expect(result(operator, { num_args: '3' }, [left, right, right]).values).toEqual([11, -1]);
});

it('selects elements, or rows by a vector', () => {
  const [a, b] = [countedValues([2, 2]), countedValues([2, 2], 11)];
  expect(result('where', {}, [{ shape: [2, 2], values: [1, 0, 0, 1] }, a, b]).values).toEqual([1, 12, 13, 4]);
  expect(result('where', {}, [{ shape: [2], values: [0, 1] }, a, b]).values).toEqual([11, 12, 3, 4]);
});
