import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

const image = countedValues([1, 1, 6, 6]);
const shapeOf = (attributes: Readonly<Record<string, string>>): readonly number[] => result('Pooling', attributes, [image]).shape;

it('uses MXNet defaults: stride 1, maximum, and only complete windows', () => {
  expect(result('Pooling', { kernel: '(2, 2)' }, [image]).values.slice(0, 2)).toEqual([8, 9]);
  const attributes = { kernel: '(3, 3)', stride: '(2, 2)' };
  expect(shapeOf(attributes)).toEqual([1, 1, 2, 2]);
  expect(shapeOf({ ...attributes, pooling_convention: 'full' })).toEqual([1, 1, 3, 3]);
  expect(shapeOf({ ...attributes, pooling_convention: 'same' })).toEqual([1, 1, 3, 3]);
});

it('includes padding in an average by default, but not cells added by rounding up', () => {
  const attributes = { kernel: '(2, 2)', stride: '(2, 2)', pad: '(1, 1)', pool_type: 'avg' };
  expect(result('Pooling', attributes, [image]).values[0]).toBeCloseTo(1 / 4, 6);
  expect(result('Pooling', { ...attributes, count_include_pad: 'False' }, [image]).values[0]).toBe(1);
  const full = { kernel: '(3, 3)', stride: '(2, 2)', pool_type: 'avg', pooling_convention: 'full' };
  expect(result('Pooling', full, [image]).values.at(-1)).toBe((29 + 30 + 35 + 36) / 4);
});

it.each([
  ['max', 36],
  ['avg', 18.5],
  ['sum', 666],
])('pools everything, whatever the kernel (%s)', (pool_type, expected) => {
  expect(result('Pooling', { global_pool: 'True', kernel: '(7, 7)', pool_type }, [image])).toEqual({
    shape: [1, 1, 1, 1],
    values: [expected],
  });
});

it.each([
  ['()', [1, 1]],
  ['3', [3, 3]],
  ['(2, 4)', [2, 4]],
])('averages to the size %s', (output_size, expected) => {
  expect(result('_contrib_AdaptiveAvgPooling2D', { output_size }, [image]).shape).toEqual([1, 1, ...expected]);
});

it('pools dynamic regions', () => {
  const region = { shape: [1, 5], values: [0, 0, 0, 3, 3] };
  const attributes = { pooled_size: '(2, 2)', spatial_scale: '1.0' };
  expect(result('ROIPooling', attributes, [image, region]).values).toEqual([8, 10, 20, 22]);
  expect(result('_contrib_ROIAlign', { ...attributes, sample_ratio: '1' }, [image, region]).values).toEqual([6.25, 7.75, 15.25, 16.75]);
});
