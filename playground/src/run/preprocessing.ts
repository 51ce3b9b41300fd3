import type { ImageOptions } from '../../../src/runtime/image/fromImage.ts';

/** A common preprocessing: how the pixels of a picture become the values of an input. */
export interface Preset {
  readonly key: string;
  readonly title: string;
  readonly options: ImageOptions;
}

const imageNet = { mean: [123.675, 116.28, 103.53], scale: [1 / 58.395, 1 / 57.12, 1 / 57.375] };

export const presets: readonly Preset[] = [
  { key: 'unit', title: 'RGB, 0 to 1', options: { scale: 1 / 255 } },
  { key: 'imagenet', title: 'RGB, mean and deviation of ImageNet', options: imageNet },
  { key: 'signed', title: 'RGB, −1 to 1', options: { mean: 127.5, scale: 1 / 127.5 } },
  { key: 'bytes', title: 'RGB, 0 to 255', options: {} },
  { key: 'bytes-bgr', title: 'BGR, 0 to 255 (Caffe)', options: { channels: 'bgr' } },
  { key: 'unit-bgr', title: 'BGR, 0 to 1', options: { channels: 'bgr', scale: 1 / 255 } },
  { key: 'signed-bgr', title: 'BGR, −1 to 1', options: { channels: 'bgr', mean: 127.5, scale: 1 / 127.5 } },
  { key: 'paddle', title: 'BGR, mean and deviation of ImageNet (PaddleOCR)', options: { channels: 'bgr', ...imageNet } },
];

/** The options of a preset for an input; an input with one channel is always gray. */
export function presetOptions(preset: Preset, shape: readonly (number | string)[], resize: ImageOptions['resize']): ImageOptions {
  const isGray = shape.length < 3 || shape.at(-3) === 1 || (shape.at(-1) === 1 && shape.at(-3) !== 3);
  const first = (value: number | readonly number[] | undefined): number | undefined => (typeof value === 'object' ? value[1] : value);
  const { mean, scale } = preset.options;
  const [offset, factor] = [first(mean), first(scale)];
  const gray: ImageOptions = {
    channels: 'gray',
    ...(offset === undefined ? {} : { mean: offset }),
    ...(factor === undefined ? {} : { scale: factor }),
  };
  return { ...(isGray ? gray : preset.options), resize: resize ?? 'fit' };
}

/** Dynamic picture sizes are multiples of this, because nets halve pictures several times. */
const multiple = 32;
/** Maximum side if sizes are dynamic, so that a photograph does not take minutes. */
const maxSide = 640;

/** Height and width for an input with dynamic sizes: those of the picture, rounded to what nets accept. */
export function freeSize(width: number, height: number): readonly [height: number, width: number] {
  const scale = Math.min(1, maxSide / Math.max(width, height));
  const rounded = (side: number): number => Math.max(multiple, Math.round((side * scale) / multiple) * multiple);
  return [rounded(height), rounded(width)];
}
