import { expect, it } from 'vitest';
import { countedValues, result } from '../testing.ts';

it('convolves with the defaults of stride, padding, groups and bias', () => {
  const image = countedValues([1, 1, 3, 3]);
  const weights = [
    { shape: [1, 1, 2, 2], values: [1, 0, 0, 1] },
    { shape: [1], values: [10] },
  ];
  const attributes = { kernel: '(2, 2)', num_filter: '1' };
  expect(result('Convolution', attributes, [image], weights)).toEqual({ shape: [1, 1, 2, 2], values: [16, 18, 22, 24] });
  const [kernel] = weights;
  expect(result('Convolution', { ...attributes, no_bias: 'True' }, [image], kernel && [kernel]).values).toEqual([6, 8, 12, 14]);
});

it.each([
  [{ num_hidden: '2' }, [1, 2, 3], [1, 2]],
  [{ num_hidden: '2', flatten: 'False' }, [1, 2, 3], [1, 2, 2]],
] as const)('uses a whole sample or its last axis by `flatten` (%j)', (attributes, shape, expected) => {
  const columns = expected.length === 2 ? 6 : 3;
  const weights = [
    { shape: [2, columns], values: Array(2 * columns).fill(1) },
    { shape: [2], values: [0, 100] },
  ];
  const { shape: actualShape, values } = result('FullyConnected', attributes, [countedValues([...shape])], weights);
  expect(actualShape).toEqual(expected);
  expect(values).toEqual(expected.length === 2 ? [21, 121] : [6, 106, 15, 115]);
});

it('has no default bias in a deconvolution and crops to a target shape', () => {
  const kernel = { shape: [1, 1, 2, 2], values: [1, 1, 1, 1] };
  const image = countedValues([1, 1, 2, 2]);
  const attributes = { kernel: '(2, 2)', stride: '(2, 2)', num_filter: '1' };
  expect(result('Deconvolution', attributes, [image], [kernel]).shape).toEqual([1, 1, 4, 4]);
  expect(result('Deconvolution', { ...attributes, target_shape: '(3, 3)' }, [image], [kernel])).toMatchObject({ shape: [1, 1, 3, 3] });
  expect(result('Deconvolution', { ...attributes, adj: '(1, 0)' }, [image], [kernel])).toMatchObject({ shape: [1, 1, 5, 4] });
});

it('rejects channels last', () => {
  expect(() => result('Convolution', { kernel: '(2, 2)', num_filter: '1', layout: 'NHWC' }, [countedValues([1, 1, 3, 3])])).toThrow(
    'layout is NHWC',
  );
});
