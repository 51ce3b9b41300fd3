import { describe, expect, it } from 'vitest';
import type { NcnnTensor } from '../types.ts';
import { fromImage } from './fromImage.ts';

function input(...shape: readonly (number | string)[]): NcnnTensor {
  return { name: 'x', blob: 'x', blobId: 0, dtype: 'float32', shape, ncnnShape: shape, feed: 'float32' };
}

/** 2 rows of 2 pixels: red 0 to 3, green 10 to 13, blue 20 to 23. */
const rgba = { width: 2, height: 2, data: Uint8ClampedArray.of(0, 10, 20, 255, 1, 11, 21, 255, 2, 12, 22, 255, 3, 13, 23, 255) };

describe('layouts and channels', () => {
  it('puts channels first', () => {
    const { data, shape } = fromImage(rgba, input(1, 3, 2, 2));
    expect([...data]).toEqual([0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23]);
    expect(shape).toEqual([1, 3, 2, 2]);
  });

  it('puts channels last', () => {
    const { data } = fromImage(rgba, input(1, 2, 2, 3), { channels: 'bgr' });
    expect([...data]).toEqual([20, 10, 0, 21, 11, 1, 22, 12, 2, 23, 13, 3]);
  });

  it('converts to gray, including for an input without channels', () => {
    const { data } = fromImage(rgba, input(2, 2));
    expect([...data]).toEqual([0, 1, 2, 3].map((value) => Math.fround(value * 0.299 + (value + 10) * 0.587 + (value + 20) * 0.114)));
    expect([...fromImage({ width: 2, height: 1, data: Uint8Array.of(7, 9) }, input(1, 1, 1, 2)).data]).toEqual([7, 9]);
  });

  it('drops alpha for an RGB input', () => {
    expect([...fromImage({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3) }, input(3, 1, 1)).data]).toEqual([1, 2, 3]);
  });

  it('applies mean and scale by channel', () => {
    const { data } = fromImage({ width: 1, height: 1, data: Uint8Array.of(10, 20, 30) }, input(3, 1, 1), {
      channels: 'bgr',
      mean: [30, 10, 0],
      scale: [1, 2, 0.5],
    });
    expect([...data]).toEqual([0, 20, 5]);
  });

  it('takes dynamic sizes from the image', () => {
    expect(fromImage(rgba, input('n', 3, 'h', 'w')).shape).toEqual([1, 3, 2, 2]);
  });

  it('takes dynamic sizes from the option', () => {
    expect(fromImage(rgba, input('n', 3, 'h', 'w'), { size: [4, 6] }).shape).toEqual([1, 3, 4, 6]);
  });
});

describe('resize', () => {
  const wide = { width: 4, height: 2, data: Uint8Array.of(0, 10, 20, 30, 40, 50, 60, 70) };

  it('stretches the image', () => {
    expect([...fromImage(wide, input(1, 1, 1, 2)).data]).toEqual([25, 45]);
    expect(fromImage(wide, input(1, 1, 1, 2))).toMatchObject({ scaleX: 0.5, scaleY: 0.5, left: 0, top: 0 });
  });

  it('interpolates between pixel centers', () => {
    expect([...fromImage({ width: 2, height: 1, data: Uint8Array.of(0, 8) }, input(1, 1, 1, 4)).data]).toEqual([0, 2, 6, 8]);
  });

  it('pads on both sides and reports where the image is', () => {
    const { data, scaleX, scaleY, left, top } = fromImage(wide, input(1, 1, 4, 4), { resize: 'letterbox', pad: 114, scale: 1 });
    expect([...data]).toEqual([...Array(4).fill(114), 0, 10, 20, 30, 40, 50, 60, 70, ...Array(4).fill(114)]);
    expect([scaleX, scaleY, left, top]).toEqual([1, 1, 0, 1]);
  });

  it('crops what exceeds the target size', () => {
    const { data, left } = fromImage(wide, input(1, 1, 2, 2), { resize: 'cover' });
    expect([...data]).toEqual([10, 20, 50, 60]);
    expect(left).toBe(-1);
  });
});

it.each<[string, () => unknown, RegExp]>([
  ['an incomplete pixel', () => fromImage({ width: 2, height: 2, data: new Uint8Array(7) }, input(1, 3, 2, 2)), /7 bytes for 2×2 pixels/],
  ['an input that is not an image', () => fromImage(rgba, input(512)), /not an image/],
  ['an input of many channels', () => fromImage(rgba, input(1, 8, 2, 2)), /not an image/],
  ['other channels than the input has', () => fromImage(rgba, input(1, 3, 2, 2), { channels: 'gray' }), /3 channels, expected 1/],
])('rejects %s', (_, run, message) => {
  expect(run).toThrow(message);
});
