import { expect, it } from 'vitest';
import { result } from '../testing.ts';

const values = Array.from({ length: 12 }, (_, index) => Math.sin(index * 3));
const softmax = (row: readonly number[]): readonly number[] => {
  const sum = row.reduce((total, value) => total + Math.exp(value), 0);
  return row.map((value) => Math.exp(value) / sum);
};
const close = (actual: readonly number[], expected: readonly number[]): void => {
  expect(actual).toHaveLength(expected.length);
  for (const [index, value] of actual.entries()) expect(value).toBeCloseTo(expected[index] ?? 0, 6);
};

// As in release 1.9.1: over the channels of each pixel with `multi_output`, otherwise over the last axis, although its documentation
// describes all elements of a sample.
it('uses the channels of each pixel with `multi_output`', () => {
  const { values: found } = result('SoftmaxOutput', { multi_output: 'True', use_ignore: 'True' }, [{ shape: [1, 3, 2, 2], values }]);
  close(
    [0, 4, 8].map((place) => found[place] ?? 0),
    softmax([values[0] ?? 0, values[4] ?? 0, values[8] ?? 0]),
  );
});

it('uses the last axis by default, which holds the classes of a vector sample', () => {
  close(result('SoftmaxOutput', {}, [{ shape: [1, 12], values }]).values, softmax(values));
  close(result('SoftmaxOutput', {}, [{ shape: [1, 3, 4], values }]).values.slice(0, 4), softmax(values.slice(0, 4)));
});

it('works without the label', () => {
  const label = { shape: [1], values: [1] };
  close(result('SoftmaxOutput', {}, [{ shape: [1, 12], values }], [label]).values, softmax(values));
});

it('divides by the temperature and negates for softmin', () => {
  const row = { shape: [1, 12], values };
  close(result('softmax', { temperature: '2.0' }, [row]).values, softmax(values.map((value) => value / 2)));
  close(result('softmin', {}, [row]).values, softmax(values.map((value) => -value)));
  close(result('log_softmax', { axis: '1' }, [row]).values, softmax(values).map(Math.log));
});
