import { expect, it } from 'vitest';
import { callResult, callResults, counted } from '../../trace/testing.ts';

const rounded = (values: readonly number[]): readonly number[] => values.map((value) => Number(value.toFixed(4)) + 0);

it('transforms one axis and inverts it', () => {
  expect(rounded(callResult('aten.fft_fft.default', [counted([3])]).values)).toEqual([6, 0, -1.5, 0.866, -1.5, -0.866]);
  expect(rounded(callResult('aten.fft_rfft.default', [counted([4])]).values)).toEqual([10, 0, -2, 2, -2, 0]);
  expect(rounded(callResult('aten.fft_ifft.default', [counted([2])]).values)).toEqual([1.5, 0, -0.5, 0]);
});

it('transforms several axes with the given normalization', () => {
  expect(rounded(callResult('aten.fft_fftn.default', [counted([2, 2])], { norm: 'ortho' }).values)).toEqual([5, 0, -1, 0, -2, 0, 0, 0]);
  expect(rounded(callResult('aten.fft_fft2.default', [counted([1, 2, 2])]).values)).toEqual([10, 0, -2, 0, -4, 0, 0, 0]);
});

it('rejects another length', () => {
  expect(() => callResults('aten.fft_fft.default', [counted([4]), 8])).toThrow('another length');
});

it('rejects invalid lengths', () => {
  expect(() => callResults('aten.hann_window.default', [-1])).toThrow('the argument "window_length" is -1, expected 1 or more');
  expect(() => callResults('aten.stft.default', [counted([8]), 4, 0])).toThrow('the argument "hop_length" is 0, expected 1 or more');
});
