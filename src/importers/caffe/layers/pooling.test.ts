import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, type PrototxtValues, ramp } from '../testing.ts';

/**
 * Caffe's pooling of one channel: the number of windows is rounded up, and an average is divided by the cells inside of the padded blob.
 */
function reference(
  { shape, values }: PrototxtValues,
  kernel: number,
  stride: number,
  pad: number,
  average: boolean,
  up = true,
): PrototxtValues {
  const [, , height = 1, width = 1] = shape;
  const count = (size: number): number => {
    const steps = (size + 2 * pad - kernel) / stride;
    const windows = (up ? Math.ceil(steps) : Math.floor(steps)) + 1;
    return pad > 0 && (windows - 1) * stride >= size + pad ? windows - 1 : windows;
  };
  const [rows, columns] = [count(height), count(width)];
  const result = Array.from({ length: rows * columns }, (_, place) => {
    const [top, left] = [Math.floor(place / columns) * stride - pad, (place % columns) * stride - pad];
    const [below, right] = [Math.min(top + kernel, height + pad), Math.min(left + kernel, width + pad)];
    const inside: number[] = [];
    for (let y = Math.max(top, 0); y < Math.min(below, height); y++) {
      for (let x = Math.max(left, 0); x < Math.min(right, width); x++) inside.push(values[y * width + x] ?? 0);
    }
    return average ? inside.reduce((sum, value) => sum + value, 0) / ((below - top) * (right - left)) : Math.max(...inside);
  });
  return { shape: [1, 1, rows, columns], values: result };
}

describe('Pooling', () => {
  const settings = [
    [2, 2, 0],
    [3, 2, 0],
    [3, 2, 1],
    [2, 2, 1],
    [4, 3, 1],
    [5, 3, 2],
  ] as const;
  for (const method of ['MAX', 'AVE'] as const) {
    it.each(settings)(`${method} of %i, stride %i, pad %i counts and divides as Caffe does`, (kernel, stride, pad) => {
      const image = ramp(1, 1, 10, 13);
      const param = `pooling_param { pool: ${method} kernel_size: ${kernel} stride: ${stride} pad: ${pad} }`;
      const expected = reference(image, kernel, stride, pad, method === 'AVE');
      const [out] = computeLayer('Pooling', param, [image]);
      expect(out?.shape).toEqual(expected.shape);
      out?.values.forEach((value, index) => {
        expect(value).toBeCloseTo(expected.values[index] ?? Number.NaN, 5);
      });
    });
  }

  it('rounds down if the file requires it, in either spelling', () => {
    const image = ramp(1, 1, 10, 13);
    for (const rounding of ['round_mode: FLOOR', 'ceil_mode: false']) {
      const [out] = computeLayer('Pooling', `pooling_param { pool: MAX kernel_size: 3 stride: 2 ${rounding} }`, [image]);
      expect(out).toEqual(reference(image, 3, 2, 0, false, false));
    }
  });

  it('pools whole channels', () => {
    const image = ramp(1, 3, 4, 5);
    const [out] = computeLayer('Pooling', 'pooling_param { pool: AVE global_pooling: true }', [image]);
    expect(out?.shape).toEqual([1, 3, 1, 1]);
    const mean = (channel: number): number =>
      image.values.slice(20 * channel, 20 * channel + 20).reduce((sum, value) => sum + value, 0) / 20;
    [0, 1, 2].forEach((channel) => {
      expect(out?.values[channel]).toBeCloseTo(mean(channel), 6);
    });
  });

  it.each([
    ['pooling_param { pool: STOCHASTIC kernel_size: 2 }', 'STOCHASTIC pooling is not supported by ncnn'],
    ['pooling_param { kernel_size: 2 pad: 2 }', 'a pad of 2 is not smaller than the kernel of 2'],
    ['pooling_param { pool: MAX }', '`kernel_size` is missing, or a size is 0'],
    ['', '`pooling_param` is missing'],
  ])('rejects %s', (param, message) => {
    expect(errorsOf(() => computeLayer('Pooling', param, [ramp(1, 1, 4, 4)])).join()).toContain(message);
  });
});

describe('SPP', () => {
  it('concatenates the levels of the pyramid', () => {
    const image = ramp(1, 2, 8, 8);
    const [out] = computeLayer('SPP', 'spp_param { pyramid_height: 2 pool: MAX }', [image]);
    const largest = (channel: number, tops: readonly number[], size: number): number[] =>
      tops.flatMap((top) =>
        tops.map((left) =>
          Math.max(
            ...image.values.filter((_, index) => {
              const [c, y, x] = [Math.floor(index / 64), Math.floor(index / 8) % 8, index % 8];
              return c === channel && y >= top && y < top + size && x >= left && x < left + size;
            }),
          ),
        ),
      );
    const expected = [
      ...[0, 1].flatMap((channel) => largest(channel, [0], 8)),
      ...[0, 1].flatMap((channel) => largest(channel, [0, 4], 4)),
    ];
    expect(out).toEqual({ shape: [1, 10], values: expected });
  });
});
