import type { KnownShape, ShapedInput } from '../session/types.ts';
import { SessionError } from '../sessionError.ts';
import type { NcnnTensor } from '../types.ts';
import { type PixelSource, type Pixels, pixelsOf } from './pixels.ts';
import { type Placement, place, resample } from './resample.ts';

/** How an image becomes input values: each is `(channel - mean) * scale`, with channels from 0 to 255. */
export interface ImageOptions {
  /** Subtracted from every channel, or one value per channel. Default 0. */
  readonly mean?: number | readonly number[];
  /** Multiplied with every channel, or one value per channel: `1 / 255` gives values from 0 to 1. Default 1. */
  readonly scale?: number | readonly number[];
  /** Order of the channels, also for `mean` and `scale`. Default `rgb`, or `gray` for an input of one channel. */
  readonly channels?: 'rgb' | 'bgr' | 'gray';
  /** `fit` stretches the image to the size of the input, `cover` crops it, `letterbox` pads it on both sides. Default `fit`. */
  readonly resize?: 'fit' | 'cover' | 'letterbox';
  /** Gray value of the padding for `letterbox`, 0 to 255. Default 0. */
  readonly pad?: number;
  /** Height and width of an input with dynamic ones; by default those of the image. */
  readonly size?: readonly [height: number, width: number];
}

/** Input values, with the position of the image in them: pixel `x` of the image is at `x * scaleX + left`. */
export interface ImageInput<T extends NcnnTensor = NcnnTensor> extends ShapedInput<T>, Placement {
  readonly data: Float32Array;
}

/**
 * Converts an image to the values of an input. The layout follows the input's shape: `[…, channels, height, width]`, `[…, height, width,
 * channels]`, or `[height, width]`. The image is resized with bilinear interpolation. Throws {@link SessionError} for any other shape, and
 * for an image without pixels.
 */
export function fromImage<T extends NcnnTensor>(source: PixelSource, tensor: T, options: ImageOptions = {}): ImageInput<T> {
  const { mean = 0, scale = 1, pad = 0, resize = 'fit', size = [] } = options;
  const pixels = pixelsOf(source);
  const { shape, height, width, channel } = layoutOf(tensor, pixels, size);
  const count = channel === undefined ? 1 : (shape[channel] ?? 1);
  const placement = place(pixels, height, width, resize);
  const planes = planesOf(options.channels ?? (count === 1 ? 'gray' : 'rgb'));
  if (planes.length !== count)
    throw new SessionError('input', `Input "${tensor.name}" has ${count} channels, expected ${planes.length}. Set \`channels\`.`);
  const data = new Float32Array(count * height * width);
  const isLast = channel === shape.length - 1;
  planes.forEach((weights, index) => {
    const [offset, factor] = [mean, scale].map((value) => (typeof value === 'number' ? value : (value[index] ?? Number.NaN)));
    const step = isLast ? count : 1;
    const start = isLast ? index : index * height * width;
    resample(pixels, weights, placement, height, width, pad, (at, value) => {
      data[start + at * step] = (value - (offset ?? 0)) * (factor ?? 1);
    });
  });
  // The sizes are those of the tensor, if it has any.
  return { data, shape: shape as KnownShape<T['shape']>, ...placement };
}

/** The weights of red, green and blue in each channel. */
function planesOf(channels: 'rgb' | 'bgr' | 'gray'): readonly (readonly number[])[] {
  const colors = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  return channels === 'rgb' ? colors : channels === 'bgr' ? colors.reverse() : [[0.299, 0.587, 0.114]];
}

function layoutOf({ name, shape }: NcnnTensor, pixels: Pixels, [tall = pixels.height, wide = pixels.width]: readonly number[]) {
  const rank = shape.length;
  const isChannels = (axis: number): boolean => shape[axis] === 3 || shape[axis] === 1;
  const channel = rank < 3 ? undefined : [rank - 3, rank - 1].find(isChannels);
  const [y, x] = channel === rank - 1 ? [rank - 3, rank - 2] : [rank - 2, rank - 1];
  const known = shape.map((size, axis) => (typeof size === 'number' ? size : axis === y ? tall : axis === x ? wide : 1));
  const others = known.filter((_, axis) => axis !== channel && axis !== y && axis !== x);
  if (rank < 2 || (rank > 2 && channel === undefined) || others.some((axis) => axis !== 1)) {
    throw new SessionError(
      'input',
      `Input "${name}" of the shape [${shape}] is not an image. Expected one of 1 or 3 channels, like [1,3,height,width].`,
    );
  }
  return { shape: known, channel, height: known[y] ?? 1, width: known[x] ?? 1 };
}
