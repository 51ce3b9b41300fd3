import { expect, it } from 'vitest';
import { alignShapes } from './broadcast.ts';

it('keeps the stored shape of an operand', () => {
  expect(alignShapes([1, 3, 4, 5], [1, 3, 1, 1], [3, 4, 5])).toEqual({ left: [3, 4, 5], right: [3, 1, 1], result: [3, 4, 5] });
  expect(alignShapes([1, 3, 4, 5], [1, 3, 4, 5], [60], [60])).toEqual({ left: [60], right: [60], result: [60] });
});

it('reshapes the operand with more axes rather than a matrix of rows', () => {
  const rows = { left: [12, 5], right: [12, 5], result: [12, 5] };
  expect(alignShapes([3, 4, 5], [3, 4, 5], [3, 4, 5], [12, 5])).toEqual(rows);
  expect(alignShapes([3, 4, 5], [3, 4, 5], [12, 5], [3, 4, 5])).toEqual(rows);
  expect(alignShapes([3, 4, 5], [3, 4, 5], [3, 4, 5], [3, 20])?.result).toEqual([3, 4, 5]);
});

it('reshapes if a blob axis would hold axes of two kinds', () => {
  expect(alignShapes([3, 4], [3, 1], [12])).toEqual({ left: [3, 4], right: [3, 1], result: [3, 4] });
});

it('broadcasts both operands', () => {
  expect(alignShapes([3, 1], [1, 4], [3, 1], [4])).toEqual({ left: [3, 1], right: [1, 4], result: [3, 4] });
});

it('merges adjacent axes of one kind to fit into four axes', () => {
  expect(alignShapes([2, 3, 4, 5, 6], [4, 1, 1])).toEqual({ left: [6, 4, 5, 6], right: [1, 4, 1, 1], result: [6, 4, 5, 6] });
  expect(alignShapes([2, 3, 4, 5, 6, 7], [4, 1, 1, 1])).toEqual({ left: [6, 4, 210], right: [1, 4, 1], result: [6, 4, 210] });
});

it('rejects five alternating groups', () => {
  expect(alignShapes([2, 1, 2, 1, 2], [1, 3, 1, 3, 1])).toBeUndefined();
});

it('never merges a dynamic axis that may be 1', () => {
  expect(alignShapes([1, 'H', 4, 5], [1, 8, 4, 5])?.left).toEqual(['H', 4, 5]);
  expect(alignShapes(['N', 8, 'H', 5, 2], ['N', 8, 3, 5, 2])?.left).toEqual(['8*N', 'H', 5, 2]);
});
