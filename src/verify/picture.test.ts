import { encode as encodePng } from 'fast-png';
import { zlibSync } from 'fflate';
import jpeg from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import type { Dimension } from '../graph/ir/dimension.ts';
import { decodePicture } from './decodePicture.ts';
import { createFeeds } from './feeds.ts';
import { type Picture, pictureTensor } from './image.ts';
import { withPixelsOnly } from './pngChunks.ts';

/** Two rows of three pixels. */
const rgba = Uint8Array.from([...[255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255], ...[10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120]]);
const picture: Picture = { width: 3, height: 2, rgba };
const red = [255, 0, 0, 10, 50, 90];
const green = [0, 255, 0, 20, 60, 100];
const blue = [0, 0, 255, 30, 70, 110];

function tensor(
  shape: readonly Dimension[],
  scale = {},
  norm = 1,
): { readonly shape: readonly number[]; readonly values: readonly number[] } {
  const result = pictureTensor(picture, { name: 'x', shape }, scale, norm, () => undefined);
  return { shape: result.shape, values: Array.from(result.values, (value) => Math.round(value * 1000) / 1000) };
}

describe('pictureTensor', () => {
  it('arranges pixels by the shape', () => {
    expect(tensor([1, 3, 2, 3])).toEqual({ shape: [1, 3, 2, 3], values: [...red, ...green, ...blue] });
    expect(tensor(['n', 3, 'h', 'w'])).toEqual(tensor([1, 3, 2, 3]));
    expect(tensor([3, 2, 3]).shape).toEqual([3, 2, 3]);
    expect(tensor([1, 2, 3, 3])).toEqual({
      shape: [1, 2, 3, 3],
      values: red.flatMap((value, index) => [value, green[index], blue[index]]),
    });
    expect(tensor([2, 3, 4]).values).toEqual([...rgba]);
    expect(tensor([2, 3])).toEqual({ shape: [2, 3], values: [76.245, 149.685, 29.07, 18.15, 58.15, 98.15] });
  });

  it('subtracts the mean and multiplies, for all channels or for each', () => {
    expect(tensor([1, 3, 2, 3], { mean: [10, 20, 30], norm: [0.5] }).values.slice(3, 6)).toEqual([0, 20, 40]);
    expect(tensor([1, 3, 2, 3], { mean: [10], norm: [1, 2, 3] }).values.at(-1)).toBe(300);
    expect(tensor([2, 3], {}, 1 / 255).values[1]).toBe(0.587);
    expect(() => tensor([1, 3, 2, 3], { mean: [1, 2] })).toThrow('mean has 2 numbers, expected 1 or 3 (one for each channel)');
  });

  it('resizes to the declared size', () => {
    const { values } = tensor([3, 1, 1]);
    expect(values).toEqual(
      [red, green, blue].map((channel) => Math.round((channel.reduce((sum, value) => sum + value) / 6) * 1000) / 1000),
    );
    expect(tensor([1, 4, 6]).values.slice(0, 2)).toEqual([76.245, 94.605]);
  });

  it('rejects an input that no picture fits', () => {
    for (const shape of [[1, 64, 7, 7], [2, 3, 4, 4], [10], [1, 3, 4, 4, 4]]) expect(() => tensor(shape)).toThrow('cannot take a picture');
  });
});

describe('makeFeeds', () => {
  it('generates floats from 0 to 1 and integers as whole pixels', () => {
    const feed = (dtype: 'float32' | 'uint8'): readonly number[] => {
      const feeds = createFeeds([{ name: 'x', dtype, shape: [1, 1, 'h', 'w'] }], { x: { picture } }, 1);
      expect(feeds.get('x')?.shape).toEqual([1, 1, 2, 3]);
      return [...(feeds.get('x')?.toFloat64() ?? [])];
    };
    expect(feed('float32')[1]).toBeCloseTo(0.587, 6);
    expect(feed('uint8')[1]).toBe(150);
  });
});

describe('decodePicture', () => {
  const rgb = rgba.filter((_, index) => index % 4 !== 3);

  it('reads every kind of PNG', async () => {
    expect(await decodePicture(encodePng({ width: 3, height: 2, data: rgba, channels: 4 }), 'a.png')).toEqual(picture);
    const opaque = rgba.map((value, index) => (index % 4 === 3 ? 255 : value));
    expect((await decodePicture(encodePng({ width: 3, height: 2, data: rgb, channels: 3 }), 'a.png')).rgba).toEqual(opaque);
    const deep = Uint16Array.from(rgb, (value) => value * 257);
    expect((await decodePicture(encodePng({ width: 3, height: 2, data: deep, channels: 3, depth: 16 }), 'a.png')).rgba).toEqual(opaque);
    const grey = await decodePicture(encodePng({ width: 2, height: 1, data: Uint8Array.of(7, 9), channels: 1 }), 'a.png');
    expect([...grey.rgba]).toEqual([7, 7, 7, 255, 9, 9, 9, 255]);
    const faint = await decodePicture(encodePng({ width: 1, height: 1, data: Uint8Array.of(7, 9), channels: 2 }), 'a.png');
    expect([...faint.rgba]).toEqual([7, 7, 7, 9]);
  });

  it('reads JPEG, whatever the file extension', async () => {
    const flat = Uint8Array.from({ length: 16 * 16 * 4 }, (_, index) => [200, 100, 50, 255][index % 4] ?? 0);
    const { width, height, rgba: pixels } = await decodePicture(jpeg.encode({ width: 16, height: 16, data: flat }, 95).data, 'a.png');
    expect([width, height]).toEqual([16, 16]);
    for (const [index, value] of [200, 100, 50, 255].entries()) expect(Math.abs((pixels[index] ?? 0) - value)).toBeLessThan(4);
  });

  it('rejects other files', async () => {
    await expect(decodePicture(new TextEncoder().encode('GIF89a'), 'a.png')).rejects.toThrow('not a PNG or JPEG file');
  });

  it('rejects damaged pictures', async () => {
    const good = encodePng({ width: 3, height: 2, data: rgb, channels: 3 });
    await expect(decodePicture(good.subarray(0, 40), 'a.png')).rejects.toThrow('cannot be decoded');
    await expect(decodePicture(Uint8Array.of(0xff, 0xd8, 0xff, 0), 'a.jpg')).rejects.toThrow('cannot be decoded');
  });

  it('rejects huge sizes', async () => {
    const good = encodePng({ width: 3, height: 2, data: rgb, channels: 3 });
    const bomb = Uint8Array.from(good);
    new DataView(bomb.buffer).setUint32(16, 1 << 20);
    new DataView(bomb.buffer).setUint32(20, 1 << 20);
    await expect(decodePicture(bomb, 'a.png')).rejects.toThrow('million pixels');
  });

  it('inflates no more of a PNG than its pixels', async () => {
    const small = encodePng({ width: 1, height: 1, data: Uint8Array.of(1, 2, 3, 255), channels: 4 });
    const chunk = (type: string, data: Uint8Array): Uint8Array => {
      const bytes = new Uint8Array(12 + data.byteLength);
      new DataView(bytes.buffer).setUint32(0, data.byteLength);
      bytes.set(new TextEncoder().encode(type), 4);
      bytes.set(data, 8);
      return bytes;
    };
    const zeros = zlibSync(new Uint8Array(2 ** 20), { level: 1 });
    const profile = chunk('iCCP', Uint8Array.from([97, 0, 0, ...zeros]));
    const [head, tail] = [small.subarray(0, 33), small.subarray(33)];
    const withProfile = Uint8Array.from([...head, ...profile, ...tail]);
    expect(withPixelsOnly(withProfile)).toEqual(small);
    expect((await decodePicture(withProfile, 'a.png')).rgba).toEqual(Uint8Array.of(1, 2, 3, 255));
    const bomb = Uint8Array.from([...head, ...chunk('IDAT', zeros), ...chunk('IEND', new Uint8Array())]);
    await expect(decodePicture(bomb, 'a.png')).rejects.toThrow('more pixels than the header declares');
  });

  it('rejects a JPEG with many more pixels than bytes', async () => {
    const bytes = Uint8Array.from(jpeg.encode({ width: 16, height: 16, data: new Uint8Array(1024).fill(90) }, 50).data);
    const frame = bytes.findIndex((byte, index) => byte === 0xff && bytes[index + 1] === 0xc0);
    new DataView(bytes.buffer).setUint16(frame + 5, 20_000);
    new DataView(bytes.buffer).setUint16(frame + 7, 20_000);
    await expect(decodePicture(bytes, 'a.jpg')).rejects.toThrow('more than 8.4 million pixels');
  });
});
