import { expect, it } from 'vitest';
import { convertedResults, countedValues, result } from '../testing.ts';

const table = countedValues([3, 4]);

it.each([
  ['slice', { begin: '(1, None)', end: '(None, 2)' }, [5, 6, 9, 10]],
  ['slice', { begin: '(0, 3)', end: '(1, None)', step: '(1, -2)' }, [4, 2]],
  ['slice_axis', { axis: '0', begin: '1', end: '2' }, [5, 6, 7, 8]],
  ['slice_axis', { axis: '-1', begin: '-1', end: 'None' }, [4, 8, 12]],
])('%s %j slices like MXNet', (operator, attributes, expected) => {
  expect(result(operator, attributes, [table]).values).toEqual(expected);
});

it('crops to the shape of another tensor', () => {
  expect(result('slice_like', {}, [table, countedValues([2, 2])]).values).toEqual([1, 2, 5, 6]);
  expect(result('slice_like', { axes: '(1,)' }, [table, countedValues([2, 2])]).shape).toEqual([3, 2]);
});

it('splits channels', () => {
  const parts = convertedResults('SliceChannel', { num_outputs: '2' }, [countedValues([1, 4])], [], 2);
  expect(parts.map(({ values }) => values)).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

it('squeezes the axis of split channels', () => {
  const squeezed = convertedResults('SliceChannel', { num_outputs: '2', axis: '1', squeeze_axis: 'True' }, [countedValues([1, 2])], [], 2);
  expect(squeezed.map(({ shape }) => shape)).toEqual([[1], [1]]);
});
