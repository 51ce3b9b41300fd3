import { localResponse, rowMoments } from '../../../../kernels/normalization.ts';
import {
  type BlobData,
  blobShapeOf,
  extents,
  type Kernel,
  type LayerCall,
  LayerError,
  requireThat,
  rounded,
  splitAround,
} from '../call.ts';

/** `(x - mean) / sqrt(variance + eps)` over runs of consecutive elements, then `* gamma + beta` with the channel from `channelOf`. */
function normalized(
  call: LayerCall,
  { shape, values }: BlobData,
  row: number,
  eps: number,
  affine: { readonly gamma: Float32Array; readonly beta: Float32Array; readonly of: (index: number) => number } | undefined,
): BlobData {
  const { mean, variance } = rowMoments(values, row);
  const result = call.newBlob(shape);
  for (let group = 0, index = 0; group < mean.length; group++) {
    const factor = 1 / Math.sqrt((variance[group] ?? 0) + eps);
    const average = mean[group] ?? 0;
    for (let end = index + row; index < end; index++) {
      const value = ((values[index] ?? 0) - average) * factor;
      const place = affine?.of(index) ?? 0;
      result.values[index] = affine === undefined ? value : value * (affine.gamma[place] ?? 0) + (affine.beta[place] ?? 0);
    }
  }
  return result;
}

export const instanceNormKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { size, c } = extents(bottom);
  const eps = call.number('eps');
  const [gamma, beta] = call.number('affine') ? [call.weight(0), call.weight(1)] : [];
  requireThat(gamma === undefined || gamma.length >= c, `${c} channels, but ${gamma?.length} factors`);
  const { mean, variance } = rowMoments(bottom.values, size);
  const { round } = call.arithmetic;
  const result = call.newBlob(bottom.shape);
  for (let channel = 0, index = 0; channel < mean.length; channel++) {
    const factor = (gamma?.[channel] ?? 1) / Math.sqrt((variance[channel] ?? 0) + eps);
    const [scale, shift] = [round(factor), round((beta?.[channel] ?? 0) - (mean[channel] ?? 0) * factor)];
    for (let end = index + size; index < end; index++) result.values[index] = (bottom.values[index] ?? 0) * scale + shift;
  }
  return [result];
};

export const groupNormKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const [, channels, inner] = splitAround(bottom.shape, 0);
  const group = call.number('group');
  requireThat(
    call.number('channels') === channels && channels % group === 0,
    `the blob has ${channels} channels, the layer ${call.number('channels')} in ${group} groups`,
  );
  const affine = call.number('affine')
    ? { gamma: call.weight(0), beta: call.weight(1), of: (index: number) => Math.floor(index / inner) }
    : undefined;
  return [normalized(call, bottom, (channels / group) * inner, call.number('eps'), affine)];
};

/** The number of consecutive elements that share their statistics in LayerNorm and RMSNorm. */
function rowSize(call: LayerCall): number {
  const { dims, w, h, d } = extents(call.bottom(0));
  const affineSize = call.number('affine_size');
  const size = dims < 3 || affineSize === w ? w : dims === 4 && affineSize !== w * h ? w * h * d : w * h;
  requireThat(!call.number('affine') || affineSize === size, `${affineSize} factors do not fit rows of ${size}`);
  return size;
}

export const layerNormKernel: Kernel = (call) => {
  const row = rowSize(call);
  const affine = call.number('affine') ? { gamma: call.weight(0), beta: call.weight(1), of: (index: number) => index % row } : undefined;
  return [normalized(call, call.bottom(0), row, call.number('eps'), affine)];
};

export const rmsNormKernel: Kernel = (call) => {
  const { shape, values } = call.bottom(0);
  const row = rowSize(call);
  const gamma = call.number('affine') ? call.weight(0) : undefined;
  const eps = call.number('eps');
  const result = call.newBlob(shape);
  for (let first = 0; first < values.length; first += row) {
    let squares = 0;
    for (let index = 0; index < row; index++) squares += (values[first + index] ?? 0) ** 2;
    const factor = 1 / Math.sqrt(squares / row + eps);
    for (let index = 0; index < row; index++) {
      result.values[first + index] = (values[first + index] ?? 0) * factor * (gamma === undefined ? 1 : (gamma[index] ?? 0));
    }
  }
  return [result];
};

/** The result has three axes if the bottom has fewer. */
export const mvnKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, d, c, size, dims } = extents(bottom);
  const row = call.number('across_channels') ? size * c : size;
  const { mean, variance } = rowMoments(bottom.values, row);
  const [scaled, eps] = [call.number('normalize_variance') !== 0, call.number('eps')];
  const values = bottom.values.map((value, index) => {
    const group = Math.floor(index / row);
    const centered = value - (mean[group] ?? 0);
    return scaled ? centered / (Math.sqrt(variance[group] ?? 0) + eps) : centered;
  });
  return [{ shape: blobShapeOf(dims === 4 ? 4 : 3, { w, h, d, c }), values }];
};

export const normalizeKernel: Kernel = (call) => {
  const { shape, values } = call.bottom(0);
  const { size, c } = extents(call.bottom(0));
  const [spatial, channels, shared] = [call.number('across_spatial'), call.number('across_channel'), call.number('channel_shared')];
  const [eps, mode] = [call.number('eps'), call.number('eps_mode')];
  const scale = call.weight(0);
  requireThat(Boolean(spatial || channels), 'no axis to normalize over');
  requireThat(Boolean(shared) || scale.length >= c, `${scale.length} factors for ${c} channels`);
  const groupOf = (index: number): number => (spatial ? (channels ? 0 : Math.floor(index / size)) : index % size);
  const sums = new Float64Array(spatial ? (channels ? 1 : c) : size);
  for (let index = 0; index < values.length; index++) sums[groupOf(index)] = (sums[groupOf(index)] ?? 0) + (values[index] ?? 0) ** 2;
  const factors = sums.map(
    (sum) => 1 / (mode === 0 ? Math.sqrt(sum + eps) : mode === 1 ? Math.max(Math.sqrt(sum), eps) : Math.sqrt(Math.max(sum, eps))),
  );
  return [
    {
      shape,
      values: values.map((value, index) => value * (factors[groupOf(index)] ?? 0) * (scale[shared ? 0 : Math.floor(index / size)] ?? 0)),
    },
  ];
};

export const lrnKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, c, dims } = extents(bottom);
  requireThat(dims < 4, 'blobs of 4 dimensions are not supported');
  const [size, alpha, beta, shift] = [call.number('local_size'), call.number('alpha'), call.number('beta'), call.number('bias')];
  const region = call.number('region_type');
  call.spend('steps', bottom.values.length * (region === 0 ? Math.min(size, c) : Math.min(size, h) * Math.min(size, w)));
  if (region === 0 && size % 2 === 1) {
    return [rounded(bottom.shape, localResponse(bottom.values, c, w * h, { size, alpha, beta, bias: shift }))];
  }
  if (region !== 0 && region !== 1) throw new LayerError(`unknown region ${region}`);
  // A window of even size covers one more element before the center than after it.
  const [before, after] = [Math.trunc(size / 2), region === 0 ? Math.trunc((size - 1) / 2) : size - Math.trunc(size / 2) - 1];
  const reach = (place: number, length: number): readonly [number, number] => [
    Math.max(0, place - before),
    Math.min(length - 1, place + after),
  ];
  const square = (q: number, y: number, x: number): number => (bottom.values[(q * h + y) * w + x] ?? 0) ** 2;
  const share = region === 0 ? alpha / size : alpha / (size * size);
  const result = call.newBlob(bottom.shape);
  for (let index = 0; index < result.values.length; index++) {
    const [q, y, x] = [Math.floor(index / (w * h)), Math.floor(index / w) % h, index % w];
    let sum = 0;
    if (region === 0) {
      const [first, last] = reach(q, c);
      for (let p = first; p <= last; p++) sum += square(p, y, x);
    } else {
      const [[top, bottomRow], [left, right]] = [reach(y, h), reach(x, w)];
      for (let i = top; i <= bottomRow; i++) for (let j = left; j <= right; j++) sum += square(q, i, j);
    }
    result.values[index] = (bottom.values[index] ?? 0) * (shift + share * sum) ** -beta;
  }
  return [result];
};
