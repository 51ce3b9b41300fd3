import { expect, it } from 'vitest';
import { permuteOrder, permuteType } from './permuteOrder.ts';

it.each([
  [[1, 0], 1],
  [[1, 2, 0], 3],
  [[2, 0, 1], 4],
  [[0, 1, 2, 3], 0],
])('maps the order %j to the number %i', (order, type) => {
  expect(permuteType(order)).toBe(type);
});

it.each([
  [1, 1],
  [2, 2],
  [3, 6],
  [4, 24],
])('numbers every order of %i axes once', (rank, count) => {
  const orders = Array.from({ length: count }, (_, type) => permuteOrder(rank, type) ?? []);
  expect(orders.map(permuteType)).toEqual(orders.map((_, type) => type));
  expect(permuteOrder(rank, count)).toBeUndefined();
});

it('has no number for an invalid order', () => {
  expect(permuteType([0, 0])).toBe(-1);
});
