import type { BlobDimension } from '../../../net/net.ts';
import {
  CaffeLayerError,
  type ConvertLayer,
  fixed,
  imageShape,
  inputAt,
  invalid,
  type LayerContext,
  type LayerRules,
  unsupported,
  usualValue,
  type Value,
} from '../layer.ts';
import type { MessageOf } from '../messages.ts';

/** Kernel settings of a pooling along one axis. */
interface Span {
  readonly kernel: number;
  readonly stride: number;
  readonly pad: number;
}

type Method = 'MAX' | 'AVE';

const pooling: ConvertLayer = (context) => {
  const value = inputAt(context, 0);
  const param = context.message.pooling_param;
  if (param === undefined) throw invalid('`pooling_param` is missing');
  const { pool } = param;
  if (pool !== 'MAX' && pool !== 'AVE') throw unsupported(`${pool} pooling is not supported by ncnn`);
  const [channels, height, width] = imageShape(value);
  if (param.global_pooling) {
    const source = context.view(value, [channels, height, width]);
    const blob = context.emit('Pooling', { pooling_type: pool === 'MAX' ? 0 : 1, global_pooling: 1 }, [source], [channels]);
    return [{ blob, shape: [1, channels, 1, 1], blobShape: [channels] }];
  }
  const roundsUp = param.ceil_mode ?? param.round_mode !== 'FLOOR';
  return [pooled(context, value, pool, spansOf(param), roundsUp)];
};

function spansOf(param: MessageOf<'PoolingParameter'>): readonly [Span, Span] {
  const { kernel_size: size, stride, pad, pad_h, pad_w } = param;
  const kernels = param.kernel_h !== undefined && param.kernel_w !== undefined ? [param.kernel_h, param.kernel_w] : [size, size];
  const strides = param.stride_h !== undefined && param.stride_w !== undefined ? [param.stride_h, param.stride_w] : [stride, stride];
  const pads = pad_h !== 0 || pad_w !== 0 ? [pad_h, pad_w] : [pad, pad];
  const along = (axis: 0 | 1): Span => {
    const kernel = kernels[axis];
    const span = { kernel: kernel ?? 0, stride: strides[axis] ?? 1, pad: pads[axis] ?? 0 };
    if (kernel === undefined || kernel < 1 || span.stride < 1) throw invalid('`kernel_size` is missing, or a size is 0');
    if (span.pad >= kernel) throw invalid(`a pad of ${span.pad} is not smaller than the kernel of ${kernel}`);
    return span;
  };
  return [along(0), along(1)];
}

/** Caffe's number of windows: rounded up, without windows that start beyond the end padding. */
function windows(size: number, { kernel, stride, pad }: Span, roundsUp: boolean): number {
  const steps = (size + 2 * pad - kernel) / stride;
  const count = (roundsUp ? Math.ceil(steps) : Math.floor(steps)) + 1;
  if (count < 1) throw invalid(`the window of ${kernel} is larger than the ${size} elements of the bottom`);
  return pad > 0 && (count - 1) * stride >= size + pad ? count - 1 : count;
}

function pooled(context: LayerContext, value: Value, pool: Method, spans: readonly [Span, Span], roundsUp: boolean): Value {
  const [channels, height, width] = imageShape(value);
  const source = context.view(value, [channels, height, width]);
  const [rows, columns] = spans;
  const base = {
    pooling_type: pool === 'MAX' ? 0 : 1,
    kernel_w: columns.kernel,
    kernel_h: rows.kernel,
    stride_w: columns.stride,
    stride_h: rows.stride,
  };
  if (typeof height === 'string' || typeof width === 'string')
    return pooledDynamically(context, source, value, base, spans, pool, roundsUp);
  const outHeight = windows(height, rows, roundsUp);
  const outWidth = windows(width, columns, roundsUp);
  const shape: readonly BlobDimension[] = [channels, outHeight, outWidth];
  const tail = (count: number, size: number, { kernel, stride, pad }: Span): number => (count - 1) * stride + kernel - size - pad;
  const below = tail(outHeight, height, rows);
  const right = tail(outWidth, width, columns);
  for (const [size, count, { stride, pad }] of [[height, outHeight, rows] as const, [width, outWidth, columns] as const]) {
    if ((count - 1) * stride - pad >= size) throw unsupported('a window is entirely outside the bottom');
  }
  const pads = { pad_left: columns.pad, pad_top: rows.pad, pad_right: Math.max(0, right), pad_bottom: Math.max(0, below) };
  const emit = (params: object, from: string): Value =>
    usualValue(context.emit('Pooling', { ...base, ...params }, [from], shape), [1, ...shape]);
  // ncnn can round up by itself if that gives the same number of windows.
  const same = (count: number, size: number, span: Span): boolean =>
    count === Math.ceil((size + 2 * span.pad - span.kernel) / span.stride) + 1;
  const plain = same(outHeight, height, rows) && same(outWidth, width, columns);
  const symmetric = { pad_left: columns.pad, pad_top: rows.pad };
  const unpadded = rows.pad === 0 && columns.pad === 0;
  if (pool === 'MAX') return emit(plain ? symmetric : { pad_mode: 1, ...pads }, source);
  // Caffe divides by the part of a window inside the padded blob; ncnn divides by the whole window or by the part inside the unpadded blob.
  if (unpadded) return emit(plain ? {} : { pad_mode: 1, ...pads }, source);
  if (right <= columns.pad && below <= rows.pad) return emit({ pad_mode: 1, ...pads, avgpool_count_include_pad: 1 }, source);
  const border = { top: rows.pad, bottom: rows.pad, left: columns.pad, right: columns.pad };
  const paddedShape = [channels, height + 2 * rows.pad, width + 2 * columns.pad];
  const padded = context.emit('Padding', border, [source], paddedShape, { suffix: 'pad' });
  const over = { pad_right: Math.max(0, right - columns.pad), pad_bottom: Math.max(0, below - rows.pad) };
  return emit({ pad_mode: 1, pad_left: 0, pad_top: 0, ...over }, padded);
}

/** Pools an image of dynamic size. Throws unless ncnn's windows equal Caffe's for every size. */
function pooledDynamically(
  context: LayerContext,
  source: string,
  value: Value,
  base: object,
  spans: readonly [Span, Span],
  pool: Method,
  roundsUp: boolean,
): Value {
  const [rows, columns] = spans;
  const unpadded = rows.pad === 0 && columns.pad === 0;
  const neverTooMany = spans.every(({ kernel, stride, pad }) => pad === 0 || stride <= kernel - pad);
  const divides = pool === 'MAX' || unpadded || spans.every(({ stride }) => stride === 1);
  if ((roundsUp && !neverTooMany) || !divides) fixed(value.shape);
  const [channels = 1, height = '', width = ''] = value.shape.slice(1);
  const keeps = (size: BlobDimension, { kernel, stride, pad }: Span, axis: string): BlobDimension =>
    typeof size === 'number'
      ? windows(size, { kernel, stride, pad }, roundsUp)
      : stride === 1 && 2 * pad === kernel - 1
        ? size
        : context.symbol(axis);
  const shape = [channels, keeps(height, rows, 'height'), keeps(width, columns, 'width')];
  const params = {
    ...base,
    pad_left: columns.pad,
    pad_top: rows.pad,
    ...(roundsUp ? {} : { pad_mode: 1 }),
    ...(pool === 'AVE' && !unpadded ? { avgpool_count_include_pad: 1 } : {}),
  };
  return usualValue(context.emit('Pooling', params, [source], shape), [1, ...shape]);
}

/** Pools into 1, 4, 16 … bins and concatenates the results. ncnn's SPP layer is not used because it writes out of bounds. */
const pyramid: ConvertLayer = (context) => {
  const value = inputAt(context, 0);
  const { pyramid_height: levels, pool = 'MAX' } = context.message.spp_param ?? {};
  if (levels === undefined || levels < 1) throw invalid('`spp_param` with `pyramid_height` is missing');
  if (pool !== 'MAX' && pool !== 'AVE') throw unsupported(`${pool} pooling is not supported by ncnn`);
  const [channels, height, width] = fixed(imageShape(value));
  if (channels === undefined || height === undefined || width === undefined) throw new CaffeLayerError('shape-unknown', 'no shape', '');
  const parts = Array.from({ length: levels }, (_, level) => {
    const bins = 2 ** level;
    const span = (size: number): Span => {
      const kernel = Math.ceil(size / bins);
      return { kernel, stride: kernel, pad: Math.floor((kernel * bins - size + 1) / 2) };
    };
    const level_ = pooled({ ...context, emit: suffixed(context, `level${level}`) }, value, pool, [span(height), span(width)], true);
    const size = fixed(level_.blobShape).reduce((count, axis) => count * axis, 1);
    return { blob: context.view(level_, [size]), size };
  });
  const size = parts.reduce((sum, part) => sum + part.size, 0);
  const [only] = parts;
  const blob =
    parts.length === 1 && only !== undefined
      ? only.blob
      : context.emit(
          'Concat',
          { axis: 0 },
          parts.map((part) => part.blob),
          [size],
        );
  return [{ blob, shape: levels === 1 ? [1, size] : [1, size], blobShape: [size] }];
};

function suffixed(context: LayerContext, suffix: string): LayerContext['emit'] {
  return (type, params, bottoms, shape, options) =>
    context.emit(type, params, bottoms, shape, {
      ...options,
      suffix: options?.suffix === undefined ? suffix : `${suffix}_${options.suffix}`,
    });
}

export const poolingLayerRules: LayerRules = { Pooling: pooling, SPP: pyramid };
