import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

const image = countedValues([1, 1, 2, 2]);
const size = (attributes: Readonly<Record<string, string>>, ...others: Parameters<typeof countedValues>[0][]): readonly number[] =>
  result('_contrib_BilinearResize2D', attributes, [
    countedValues([1, 1, 5, 4]),
    ...others.map((shape) => countedValues(shape)),
  ]).shape.slice(2);

it.each([
  [{ height: '3', width: '8' }, [3, 8]],
  [{ scale_height: '2', scale_width: '1.5' }, [10, 6]],
  [{ mode: 'odd_scale', scale_height: '2', scale_width: '2' }, [9, 8]],
  [{ mode: 'to_even_down' }, [4, 4]],
  [{ mode: 'to_even_up' }, [6, 4]],
  [{ mode: 'to_odd_down' }, [5, 3]],
  [{ mode: 'to_odd_up' }, [5, 5]],
])('resizes 5 × 4 by %j', (attributes, expected) => {
  expect(size(attributes)).toEqual(expected);
});

it('resizes to the size of another tensor, with aligned corners by default', () => {
  expect(size({ mode: 'like' }, [1, 1, 7, 3])).toEqual([7, 3]);
  const row = { shape: [1, 1, 1, 2], values: [0, 1] };
  const attributes = { height: '1', width: '3' };
  expect(result('_contrib_BilinearResize2D', attributes, [row]).values).toEqual([0, 0.5, 1]);
  const half = result('_contrib_BilinearResize2D', { height: '1', width: '4', align_corners: 'False' }, [row]);
  expect(half.values).toEqual([0, 0.25, 0.75, 1]);
});

it('repeats pixels of one or several operands', () => {
  expect(result('UpSampling', { scale: '2', sample_type: 'nearest' }, [image]).values.slice(0, 4)).toEqual([1, 1, 2, 2]);
  const both = [image, countedValues([1, 1, 4, 4])];
  expect(result('UpSampling', { scale: '2', sample_type: 'nearest', num_args: '2' }, both).shape).toEqual([1, 2, 4, 4]);
  expect(result('UpSampling', { scale: '2', sample_type: 'nearest', multi_input_mode: 'sum' }, both).shape).toEqual([1, 1, 4, 4]);
});
