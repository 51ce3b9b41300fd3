import { ncnnError } from '../diagnostics/diagnostic.ts';
import { type Dimension, formatShape } from '../graph/ir/dimension.ts';
import { type Interpolation, interpolationTaps, resizeAxis } from '../kernels/resize.ts';

/** A decoded picture: rows of pixels from the top, each pixel with red, green, blue and alpha. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** `height * width * 4` values from 0 to 255. */
  readonly rgba: Uint8Array;
}

/**
 * How pixels become numbers: `(pixel - mean) * norm`, as in `substract_mean_normalize` of ncnn, with one number for all channels or one per
 * channel.
 */
export interface PixelScale {
  /** In pixel values, 0 to 255; default 0. */
  readonly mean?: readonly number[];
  /** Default: 1/255 for a float input, so that values are 0 to 1; 1 for an integer input. */
  readonly norm?: readonly number[];
}

/** Positions of the picture's axes in the shape of an input. */
interface Layout {
  readonly channels: 1 | 3 | 4;
  readonly height: Dimension;
  readonly width: Dimension;
  readonly channelsLast: boolean;
}

const smooth: Interpolation = {
  mode: 'linear',
  coordinates: 'half_pixel',
  nearest: 'floor',
  cubicCoefficient: 0,
  antialias: true,
  excludeOutside: false,
};

/** A picture as an input tensor: its elements in row-major order, and their shape. */
export interface PictureTensor {
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

/**
 * Converts a picture to the declared shape of an input: `[1,C,H,W]`, `[1,H,W,C]`, the same without the batch, or `[H,W]`; C is 1 (gray), 3
 * (red, green, blue) or 4 (with alpha). The picture is resized to H and W with bilinear interpolation and antialiasing; a dynamic H or W
 * without a size in `sizeOf` is that of the picture. Throws `NcnnError` for an input of another shape.
 *
 * @param norm default of {@link PixelScale}'s `norm`
 */
export function pictureTensor(
  { width, height, rgba }: Picture,
  input: { readonly name: string; readonly shape: readonly Dimension[] | undefined },
  scale: PixelScale,
  norm: number,
  sizeOf: (symbol: string) => number | undefined,
): PictureTensor {
  const layout = layoutOf(input);
  const settle = (size: Dimension, own: number): number => (typeof size === 'number' ? size : (sizeOf(size) ?? own));
  const [rows, columns, { channels }] = [settle(layout.height, height), settle(layout.width, width), layout];
  const across = interpolationTaps(axis(width, columns), smooth);
  const down = interpolationTaps(axis(height, rows), smooth);
  const scaled = resizeAxis(resizeAxis(channelsOf(rgba, channels), width, channels, across, 0), height, columns * channels, down, 0);
  const factor = (list: readonly number[] | undefined, channel: number, fallback: number): number =>
    list?.[list.length === 1 ? 0 : channel] ?? fallback;
  for (const [name, list] of Object.entries(scale)) {
    if (list.length === 1 || list.length === channels) continue;
    throw ncnnError(
      'option-invalid',
      `${name} has ${list.length} numbers, expected 1 or ${channels} (one for each channel)`,
      'Give one number, or one for each channel.',
    );
  }
  const values = new Float64Array(scaled.length);
  for (let index = 0; index < scaled.length; index++) {
    const [pixel, channel] = [Math.floor(index / channels), index % channels];
    const target = layout.channelsLast ? index : channel * rows * columns + pixel;
    values[target] = ((scaled[index] ?? 0) - factor(scale.mean, channel, 0)) * factor(scale.norm, channel, norm);
  }
  const rank = input.shape?.length ?? 0;
  const sizes = rank === 2 ? [rows, columns] : layout.channelsLast ? [rows, columns, channels] : [channels, rows, columns];
  return { shape: rank === 4 ? [1, ...sizes] : sizes, values };
}

function axis(inputSize: number, outputSize: number): Parameters<typeof interpolationTaps>[0] {
  return { inputSize, outputSize, scale: outputSize / inputSize, region: [0, 1] };
}

function layoutOf({ name, shape = [] }: { readonly name: string; readonly shape: readonly Dimension[] | undefined }): Layout {
  const batch = shape.length === 4 ? shape[0] : 1;
  const [first = 0, second = 0, third = 0] = shape.length === 4 ? shape.slice(1) : shape;
  const single = batch === 1 || typeof batch === 'string';
  if (shape.length === 2) return { channels: 1, height: first, width: second, channelsLast: true };
  if (single && (shape.length === 3 || shape.length === 4)) {
    if (isCount(first)) return { channels: first, height: second, width: third, channelsLast: false };
    if (isCount(third)) return { channels: third, height: first, width: second, channelsLast: true };
    if (typeof first === 'string') return { channels: 3, height: second, width: third, channelsLast: false };
  }
  throw ncnnError(
    'shape-mismatch',
    `the input "${name}" cannot take a picture: its shape is ${shape.length === 0 ? 'unknown' : formatShape(shape)}`,
    {
      hint: 'Feed a .npy file, or fix the shape to that of a picture: [1,C,H,W] or [1,H,W,C] with 1, 3 or 4 channels.',
      advice: [{ option: 'shape', input: name }],
    },
  );
}

function isCount(size: Dimension): size is 1 | 3 | 4 {
  return size === 1 || size === 3 || size === 4;
}

/** The interleaved channels of all pixels; gray is the luma of ITU-R BT.601. */
function channelsOf(rgba: Uint8Array, channels: 1 | 3 | 4): ArrayLike<number> {
  if (channels === 4) return rgba;
  const count = rgba.length / 4;
  const at = (index: number): number => rgba[index] ?? 0;
  if (channels === 1) {
    const luma = new Float32Array(count);
    for (let pixel = 0; pixel < count; pixel++) luma[pixel] = 0.299 * at(pixel * 4) + 0.587 * at(pixel * 4 + 1) + 0.114 * at(pixel * 4 + 2);
    return luma;
  }
  const colors = new Uint8Array(count * 3);
  for (let pixel = 0; pixel < count; pixel++)
    for (let channel = 0; channel < 3; channel++) colors[pixel * 3 + channel] = at(pixel * 4 + channel);
  return colors;
}
