import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

const cube = countedValues([2, 3, 2]);

it.each([
  ['sum', {}, { shape: [1], values: [78] }],
  ['sum_axis', { axis: '1' }, { shape: [2, 2], values: [9, 12, 27, 30] }],
  ['mean', { axis: '(0, 2)' }, { shape: [3], values: [4.5, 6.5, 8.5] }],
  ['max', { axis: '0', exclude: 'True' }, { shape: [2], values: [6, 12] }],
  ['min', { axis: '-1', keepdims: '1' }, { shape: [2, 3, 1], values: [1, 3, 5, 7, 9, 11] }],
  ['argmax', { axis: '1' }, { shape: [2, 2], values: [2, 2, 2, 2] }],
  ['argmax_channel', {}, { shape: [2, 2], values: [2, 2, 2, 2] }],
  ['norm', { axis: '2', ord: '1' }, { shape: [2, 3], values: [3, 7, 11, 15, 19, 23] }],
])('reduces by %s %j', (operator, attributes, expected) => {
  expect(result(operator, attributes, [cube])).toEqual(expected);
});

it('ignores NaN in nansum and nanprod', () => {
  const row = { shape: [1, 3], values: [1, Number.NaN, 4] };
  expect(result('nansum', {}, [row]).values).toEqual([5]);
  expect(result('nanprod', {}, [row]).values).toEqual([4]);
});
