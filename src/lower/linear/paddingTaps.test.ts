import { expect, it } from 'vitest';
import { Tensor } from '../../graph/ir/tensor.ts';
import { floatsOf } from '../../net/weight.ts';
import { withoutPaddingTaps } from './paddingTaps.ts';

const weight = Tensor.float32([1, 2, 3, 4, 5, 6], [1, 2, 3]);
const axis = (input: number | string, output: number | string, dilation: number, begin: number, end: number, stride = 1) => ({
  ...{ kernel: 3, stride, dilation, begin, end, input, output },
});

it.each([
  ['both ends', axis(14, 14, 24, 24, 24), { kernel: 1, stride: 1, dilation: 1, begin: 0, end: 0 }, [2, 5]],
  ['the beginning', axis(4, 5, 4, 9, 0), { kernel: 1, stride: 1, dilation: 1, begin: 1, end: 0 }, [3, 6]],
  ['the end', axis(4, 3, 4, 0, 6), { kernel: 2, stride: 1, dilation: 4, begin: 0, end: 2 }, [1, 2, 4, 5]],
  ['the end, as far as the pads go', axis(3, 1, 3, 0, 5, 2), { kernel: 2, stride: 2, dilation: 3, begin: 0, end: 2 }, [1, 2, 4, 5]],
])('omits taps at %s', (_, before, after, taps) => {
  const found = withoutPaddingTaps([before], weight);
  expect(found?.axes).toEqual([after]);
  expect(found && [...floatsOf(found.weight)]).toEqual(taps);
});

it.each([
  ['reach the image somewhere', axis(14, 14, 12, 12, 12)],
  ['are moved over an image of dynamic size', axis('w', 'w', 24, 24, 24)],
  ['have pads that ncnn computes', axis(14, 14, 24, -233, -233)],
])('keeps taps that %s', (_, before) => {
  expect(withoutPaddingTaps([before], weight)).toBeUndefined();
});

it('crops the axes of a plane one by one', () => {
  const plane = Tensor.float32([1, 2, 3, 4, 5, 6, 7, 8, 9], [1, 1, 3, 3]);
  const found = withoutPaddingTaps([axis(4, 4, 8, 8, 8), axis(4, 4, 1, 1, 1)], plane);
  expect(found?.axes).toMatchObject([
    { kernel: 1, begin: 0 },
    { kernel: 3, begin: 1 },
  ]);
  expect(found && [...floatsOf(found.weight)]).toEqual([4, 5, 6]);
});
