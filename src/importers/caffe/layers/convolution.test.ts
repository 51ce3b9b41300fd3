import { describe, expect, it } from 'vitest';
import { computeLayer, errorsOf, type PrototxtValues, ramp } from '../testing.ts';

interface Setting {
  readonly kernel: readonly [number, number];
  readonly stride?: readonly [number, number];
  readonly pad?: readonly [number, number];
  readonly dilation?: number;
  readonly group?: number;
}

/** Caffe's convolution with weights [outputs, inputs / group, height, width]. */
function reference(
  image: PrototxtValues,
  weight: PrototxtValues,
  bias: PrototxtValues,
  { kernel, stride = [1, 1], pad = [0, 0], dilation = 1, group = 1 }: Setting,
): PrototxtValues {
  const [, , height = 1, width = 1] = image.shape;
  const [outputs = 1, inputs = 1] = weight.shape;
  const size = (length: number, axis: 0 | 1): number =>
    Math.floor((length + 2 * pad[axis] - dilation * (kernel[axis] - 1) - 1) / stride[axis]) + 1;
  const [rows, columns] = [size(height, 0), size(width, 1)];
  const values: number[] = [];
  for (let o = 0; o < outputs; o++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        let sum = bias.values[o] ?? 0;
        for (let i = 0; i < inputs; i++) {
          for (let u = 0; u < kernel[0]; u++) {
            for (let v = 0; v < kernel[1]; v++) {
              const [row, column] = [y * stride[0] - pad[0] + u * dilation, x * stride[1] - pad[1] + v * dilation];
              if (row < 0 || row >= height || column < 0 || column >= width) continue;
              const channel = Math.floor(o / (outputs / group)) * inputs + i;
              const tap = ((o * inputs + i) * kernel[0] + u) * kernel[1] + v;
              sum += (image.values[(channel * height + row) * width + column] ?? 0) * (weight.values[tap] ?? 0);
            }
          }
        }
        values.push(sum);
      }
    }
  }
  return { shape: [1, outputs, rows, columns], values };
}

function expectClose(actual: PrototxtValues | undefined, expected: PrototxtValues): void {
  expect(actual?.shape).toEqual(expected.shape);
  expected.values.forEach((value, index) => {
    expect(actual?.values[index]).toBeCloseTo(value, 4);
  });
}

describe('Convolution', () => {
  it.each<readonly [string, Setting]>([
    ['kernel_size: 3', { kernel: [3, 3] }],
    ['kernel_size: 3 pad: 1 stride: 2', { kernel: [3, 3], pad: [1, 1], stride: [2, 2] }],
    ['kernel_h: 2 kernel_w: 5 stride_h: 2 stride_w: 1 pad_h: 1 pad_w: 2', { kernel: [2, 5], stride: [2, 1], pad: [1, 2] }],
    ['kernel_size: 2 kernel_size: 5 stride: 2 stride: 1 pad: 1 pad: 2', { kernel: [2, 5], stride: [2, 1], pad: [1, 2] }],
    ['kernel_size: 3 pad_h: 2 pad_w: 0', { kernel: [3, 3], pad: [2, 0] }],
    ['kernel_size: 3 dilation: 2 pad: 2', { kernel: [3, 3], dilation: 2, pad: [2, 2] }],
    ['kernel_size: 3 group: 2', { kernel: [3, 3], group: 2 }],
    ['kernel_size: 3 group: 4 pad: 1', { kernel: [3, 3], group: 4, pad: [1, 1] }],
  ])('%s', (param, setting) => {
    const image = ramp(1, 4, 6, 7);
    const weight = ramp(4, 4 / (setting.group ?? 1), ...setting.kernel);
    const bias = ramp(4);
    const [out] = computeLayer('Convolution', `convolution_param { num_output: 4 ${param} }`, [image], [weight, bias]);
    expectClose(out, reference(image, weight, bias, setting));
  });

  it('of a fork is depthwise by its type', () => {
    const [image, weight, bias] = [ramp(1, 4, 6, 7), ramp(4, 1, 3, 3), ramp(4)];
    for (const type of ['ConvolutionDepthwise', 'DepthwiseConvolution']) {
      const [out] = computeLayer(type, 'convolution_param { num_output: 4 kernel_size: 3 }', [image], [weight, bias]);
      expectClose(out, reference(image, weight, bias, { kernel: [3, 3], group: 4 }));
    }
  });

  it('reports both shapes of a mismatched blob', () => {
    const errors = errorsOf(() =>
      computeLayer(
        'Convolution',
        'convolution_param { num_output: 4 kernel_size: 3 bias_term: false }',
        [ramp(1, 4, 6, 7)],
        [ramp(4, 3, 3, 3)],
      ),
    );
    expect(errors.join()).toContain('weights-mismatch | layer | the weights are [4, 3, 3, 3] instead of [4, 4, 3, 3]');
  });
});

describe('Deconvolution', () => {
  it('is the transpose of a convolution', () => {
    // The sum over all positions of result * grid equals that of image * convolution(grid) with the same weights.
    const [image, weight] = [ramp(1, 3, 4, 5), ramp(3, 2, 4, 4)];
    const param = 'convolution_param { num_output: 2 kernel_size: 4 stride: 2 pad: 1 bias_term: false }';
    const [out] = computeLayer('Deconvolution', param, [image], [weight]);
    expect(out?.shape).toEqual([1, 2, 8, 10]);
    const grid = { shape: [1, 2, 8, 10], values: ramp(1, 2, 8, 10).values.map((value) => value * value - 0.3) };
    const back = reference(grid, weight, ramp(0), { kernel: [4, 4], stride: [2, 2], pad: [1, 1] });
    const product = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
    expect(product(out?.values ?? [], grid.values)).toBeCloseTo(product(image.values, back.values), 4);
  });

  it('generates the weights of a bilinear filler', () => {
    const image = { shape: [1, 2, 3, 3], values: Array.from({ length: 18 }, () => 5) };
    const param =
      'convolution_param { num_output: 2 group: 2 kernel_size: 4 stride: 2 pad: 1 bias_term: false weight_filler { type: "bilinear" } }';
    const [out] = computeLayer('Deconvolution', param, [image]);
    // A constant image does not change, except at its border.
    const inner = out?.values.filter((_, index) => [1, 2, 3, 4].includes(index % 6) && [1, 2, 3, 4].includes(Math.floor(index / 6) % 6));
    expect(inner).toHaveLength(32);
    inner?.forEach((value) => {
      expect(value).toBeCloseTo(5, 5);
    });
  });
});
