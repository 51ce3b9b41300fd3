import { expect, it } from 'vitest';
import { callResult, callResults, counted } from '../../trace/testing.ts';

it('rounds up without a window that starts behind the data', () => {
  // The first cell of a fourth window of 2 with stride 2 is in the padding.
  expect(callResult('aten.max_pool1d.default', [counted([1, 1, 6]), [2], [2], [1], [1], true]).values).toEqual([1, 3, 5, 6]);
  expect(callResult('aten.max_pool1d.default', [counted([1, 1, 5]), [2], [2], [0], [1], true]).values).toEqual(
    [1, 3, 5].map((value) => Math.min(5, value + 1)),
  );
  expect(callResult('aten.max_pool1d.default', [counted([1, 1, 5]), [2], [2], [1], [1], true]).values).toEqual([1, 3, 5]);
});

it('uses the kernel as default stride', () => {
  expect(callResult('aten.avg_pool2d.default', [counted([1, 1, 2, 4]), [2, 2]]).values).toEqual([3.5, 5.5]);
});

it('includes or excludes padding cells', () => {
  const input = counted([1, 1, 3]);
  expect(callResult('aten.avg_pool1d.default', [input, [2], [2], [1], false, true]).values).toEqual([0.5, 2.5]);
  expect(callResult('aten.avg_pool1d.default', [input, [2], [2], [1], false, false]).values).toEqual([1, 2.5]);
});

it('divides by a given number', () => {
  expect(callResult('aten.avg_pool2d.default', [counted([1, 1, 2, 2]), [2, 2], [2, 2], [0, 0], false, true, 5]).values).toEqual([2]);
  const hanging = [counted([1, 1, 3, 3]), [2, 2], [2, 2], [0, 0], true, true, 2];
  expect(callResult('aten.avg_pool2d.default', hanging).values).toEqual([6, 4.5, 7.5, 4.5]);
});

it('returns indices within the plane of a channel', () => {
  const [, places] = callResults('aten.max_pool2d_with_indices.default', [counted([1, 2, 2, 2]), [2, 2]]);
  expect(places).toEqual({ dtype: 'int64', shape: [1, 2, 1, 1], values: [3, 3] });
});

it('accepts an operand without a batch', () => {
  expect(callResult('aten.max_pool2d.default', [counted([1, 2, 2]), [2, 2]]).shape).toEqual([1, 1, 1]);
  expect(() => callResult('aten.max_pool2d.default', [counted([2, 2]), [2, 2]])).toThrow('the operand has 2 axes, expected 3 or 4');
});

it('pools to several output sizes', () => {
  expect(callResult('aten.adaptive_avg_pool1d.default', [counted([1, 1, 5]), [3]]).values.map((value) => Number(value.toFixed(4)))).toEqual(
    [1.5, 3, 4.5],
  );
  expect(callResults('aten.adaptive_max_pool2d.default', [counted([1, 1, 3, 3]), [2, 2]]).length).toBe(1);
  expect(callResult('aten.adaptive_max_pool2d.default', [counted([1, 1, 3, 3]), [2, 2]]).values).toEqual([5, 6, 8, 9]);
});
