import { describe, expect, it } from 'vitest';
import { type ConvolutionSizes, convolve, convolveTransposed } from './convolution.ts';

/** Numbers from -1 to 1 that depend only on their index. */
function values(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => Math.sin((index + 1) * 12.9898 + seed));
}

function sizesOf(more: Partial<ConvolutionSizes>): ConvolutionSizes {
  const one = [1, 1, 1] as const;
  const base = { batch: 1, inputChannels: 1, outputChannels: 1, groups: 1, input: one, output: one, kernel: one };
  return { ...base, stride: one, dilation: one, padBegin: [0, 0, 0], ...more };
}

const cases: readonly (readonly [string, ConvolutionSizes])[] = [
  ['3x3', sizesOf({ inputChannels: 3, outputChannels: 5, input: [1, 6, 7], output: [1, 6, 7], kernel: [1, 3, 3], padBegin: [0, 1, 1] })],
  ['1x1', sizesOf({ inputChannels: 6, outputChannels: 9, input: [1, 3, 5], output: [1, 3, 5] })],
  [
    'strides',
    sizesOf({
      inputChannels: 2,
      outputChannels: 4,
      input: [1, 9, 8],
      output: [1, 4, 3],
      kernel: [1, 3, 2],
      stride: [1, 2, 3],
      padBegin: [0, 1, 0],
    }),
  ],
  ['a kernel that skips the end', sizesOf({ input: [1, 7, 7], output: [1, 2, 2], kernel: [1, 1, 1], stride: [1, 3, 3] })],
  [
    'dilation',
    sizesOf({
      inputChannels: 4,
      outputChannels: 6,
      groups: 2,
      input: [1, 9, 9],
      output: [1, 5, 7],
      kernel: [1, 3, 2],
      dilation: [1, 2, 2],
    }),
  ],
  [
    'depth-wise',
    sizesOf({
      inputChannels: 5,
      outputChannels: 5,
      groups: 5,
      input: [1, 5, 5],
      output: [1, 5, 5],
      kernel: [1, 3, 3],
      padBegin: [0, 1, 1],
    }),
  ],
  [
    'groups and a batch',
    sizesOf({ batch: 2, inputChannels: 4, outputChannels: 6, groups: 2, input: [1, 4, 5], output: [1, 3, 4], kernel: [1, 2, 2] }),
  ],
  ['3 axes', sizesOf({ inputChannels: 2, outputChannels: 3, input: [4, 5, 6], output: [4, 5, 5], kernel: [3, 3, 2], padBegin: [1, 1, 0] })],
  ['cropping', sizesOf({ input: [1, 6, 6], output: [1, 3, 3], kernel: [1, 2, 2], padBegin: [0, -1, -2] })],
  [
    'more columns than are packed at a time',
    sizesOf({ inputChannels: 40, outputChannels: 3, input: [1, 12, 14], output: [1, 10, 12], kernel: [1, 3, 3] }),
  ],
];

describe.each(cases)('%s', (_, sizes) => {
  const { batch, inputChannels, outputChannels, groups, input, kernel } = sizes;
  const volume = (triple: readonly number[]): number => triple.reduce((product, size) => product * size, 1);
  const x = values(batch * inputChannels * volume(input), 1);
  const bias = values(outputChannels, 3);

  it('computes a convolution', () => {
    const weight = values((outputChannels * inputChannels * volume(kernel)) / groups, 2);
    expectClose(convolve(x, weight, bias, sizes), plain(x, weight, bias, sizes));
    expectClose(convolve(new Float32Array(x), weight, undefined, sizes), plain(new Float32Array(x), weight, undefined, sizes));
  });

  it('computes a transposed convolution', () => {
    const weight = values((inputChannels * outputChannels * volume(kernel)) / groups, 2);
    const turned = { ...sizes, padBegin: [0, 0, 0] as const };
    expectClose(convolveTransposed(x, weight, bias, turned), plainTransposed(x, weight, bias, turned));
  });
});

function expectClose(actual: Float64Array, expected: Float64Array): void {
  expect(actual.length).toBe(expected.length);
  expect(Math.max(...actual.map((value, index) => Math.abs(value - (expected[index] ?? Number.NaN))))).toBeLessThan(1e-12);
}

type Numbers = ArrayLike<number>;

/** Calls `visit` for each product with the output channel, the input channel, the tap, and the positions of the input and output cells. */
function eachProduct(
  sizes: ConvolutionSizes,
  visit: (n: number, o: number, i: number, tap: number, place: number, cell: number) => void,
  isTransposed: boolean,
): void {
  const { batch, inputChannels, outputChannels, groups, input, output, kernel, stride, dilation, padBegin } = sizes;
  const cells = (triple: readonly number[]): number[][] =>
    Array.from({ length: triple[0] ?? 1 }, (_, d) =>
      Array.from({ length: triple[1] ?? 1 }, (_, h) => Array.from({ length: triple[2] ?? 1 }, (_, w) => [d, h, w])),
    ).flat(2);
  const small = isTransposed ? input : output;
  const large = isTransposed ? output : input;
  for (let n = 0; n < batch; n++) {
    for (let o = 0; o < outputChannels; o++) {
      const group = Math.floor(o / (outputChannels / groups));
      for (let i = 0; i < inputChannels / groups; i++) {
        for (const [tap, taps] of cells(kernel).entries()) {
          for (const [place, cell] of cells(small).entries()) {
            const at = cell.map(
              (index, axis) => index * (stride[axis] ?? 1) + (taps[axis] ?? 0) * (dilation[axis] ?? 1) - (padBegin[axis] ?? 0),
            );
            if (at.some((index, axis) => index < 0 || index >= (large[axis] ?? 1))) continue;
            const other = ((at[0] ?? 0) * large[1] + (at[1] ?? 0)) * large[2] + (at[2] ?? 0);
            visit(n, o, group * (inputChannels / groups) + i, tap, isTransposed ? other : place, isTransposed ? place : other);
          }
        }
      }
    }
  }
}

function plain(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const [inputs, taps] = [sizes.inputChannels / sizes.groups, sizes.kernel[0] * sizes.kernel[1] * sizes.kernel[2]];
  return summed(x, bias, sizes, (o, i, tap) => weight[(o * inputs + (i % inputs)) * taps + tap] ?? 0, false);
}

function plainTransposed(x: Numbers, weight: Numbers, bias: Numbers | undefined, sizes: ConvolutionSizes): Float64Array {
  const [outputs, taps] = [sizes.outputChannels / sizes.groups, sizes.kernel[0] * sizes.kernel[1] * sizes.kernel[2]];
  return summed(x, bias, sizes, (o, i, tap) => weight[(i * outputs + (o % outputs)) * taps + tap] ?? 0, true);
}

function summed(
  x: Numbers,
  bias: Numbers | undefined,
  sizes: ConvolutionSizes,
  weightOf: (o: number, i: number, tap: number) => number,
  isTransposed: boolean,
): Float64Array {
  const { batch, inputChannels, outputChannels, input, output } = sizes;
  const [inputVolume, outputVolume] = [input[0] * input[1] * input[2], output[0] * output[1] * output[2]];
  const result = new Float64Array(batch * outputChannels * outputVolume);
  for (let index = 0; index < result.length; index++) result[index] = bias?.[Math.floor(index / outputVolume) % outputChannels] ?? 0;
  eachProduct(
    sizes,
    (n, o, i, tap, place, cell) => {
      const at = (n * outputChannels + o) * outputVolume + place;
      result[at] = (result[at] ?? 0) + weightOf(o, i, tap) * (x[(n * inputChannels + i) * inputVolume + cell] ?? 0);
    },
    isTransposed,
  );
  return result;
}
