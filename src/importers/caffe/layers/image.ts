import type { BlobDimension } from '../../../net/net.ts';
import {
  type ConvertLayer,
  fixed,
  imageShape,
  inputAt,
  invalid,
  type LayerRules,
  onlyInput,
  unsupported,
  usualValue,
  type Value,
} from '../layer.ts';

/** Bilinear interpolation with aligned corners. */
const interp: ConvertLayer = (context) => {
  const value = inputAt(context, 0);
  const param = context.message.interp_param;
  const [channels = 1, height = 1, width = 1] = fixed(imageShape(value));
  const {
    height: targetHeight = 0,
    width: targetWidth = 0,
    zoom_factor: zoom = 1,
    shrink_factor: shrink = 1,
    pad_beg = 0,
    pad_end = 0,
  } = param ?? {};
  if (pad_beg > 0 || pad_end > 0) throw invalid('`pad_beg` and `pad_end` must not be positive');
  if (zoom < 1 || shrink < 1) throw invalid('`zoom_factor` and `shrink_factor` must be 1 or more');
  const cut = (size: number): number => size + pad_beg + pad_end;
  let source: Value = value;
  if (pad_beg !== 0 || pad_end !== 0) {
    const shape = [channels, cut(height), cut(width)];
    const params = { starts: [-pad_beg, -pad_beg], ends: [height + pad_end, width + pad_end], axes: [1, 2] };
    source = usualValue(context.emit('Crop', params, [context.view(value, [channels, height, width])], shape, { suffix: 'crop' }), [
      1,
      ...shape,
    ]);
  }
  const reference = context.inputs[1];
  const scaled = (size: number): number => {
    const shrunk = Math.floor((cut(size) - 1) / shrink) + 1;
    return shrunk + (shrunk - 1) * (zoom - 1);
  };
  const sizes = reference === undefined ? undefined : fixed(imageShape(reference));
  const output_height = sizes?.[1] ?? (targetHeight > 0 ? targetHeight : scaled(height));
  const output_width = sizes?.[2] ?? (targetWidth > 0 ? targetWidth : scaled(width));
  const from = [channels, cut(height), cut(width)];
  const shape = [channels, output_height, output_width];
  const params = { resize_type: 2, output_height, output_width, align_corner: 1 };
  return [usualValue(context.emit('Interp', params, [context.view(source, from)], shape), [1, ...shape])];
};

/** Repeats each element. */
const upsample: ConvertLayer = (context) => {
  if (context.inputs.length > 1) throw unsupported('unpooling by the indices of a pooling is not supported by ncnn');
  const value = onlyInput(context);
  const param = context.message.upsample_param;
  const [channels, height, width] = imageShape(value);
  const { scale = 2, scale_h = scale, scale_w = scale, upsample_h, upsample_w } = param ?? {};
  if (scale_h < 1 || scale_w < 1) throw invalid('the scale must be 1 or more');
  const grown = (size: BlobDimension, factor: number, axis: string): BlobDimension =>
    typeof size === 'number' ? size * factor : context.symbol(axis);
  const shape = [channels, grown(height, scale_h, 'height'), grown(width, scale_w, 'width')];
  if ((upsample_h ?? shape[1]) !== shape[1] || (upsample_w ?? shape[2]) !== shape[2]) {
    throw unsupported(
      `a size of ${upsample_h}×${upsample_w} that is not ${scale_h}×${scale_w} times that of the bottom is not supported by ncnn`,
    );
  }
  const params = { resize_type: 1, height_scale: scale_h, width_scale: scale_w };
  return [usualValue(context.emit('Interp', params, [context.view(value, [channels, height, width])], shape), [1, ...shape])];
};

export const imageLayerRules: LayerRules = { Interp: interp, Upsample: upsample };
