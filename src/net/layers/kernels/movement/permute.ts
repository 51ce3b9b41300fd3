import { permuteOrder } from '../../permuteOrder.ts';
import { axisOf, type BlobData, elements, extents, type Kernel, type LayerCall, LayerError, requireThat, splitAround } from '../call.ts';

/** Layers that reorder the elements of a blob. */

/** Moves elements unchanged: each element of the result is an element of the bottom. */
export const permuteKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const type = call.number('order_type');
  const order = permuteOrder(bottom.shape.length, type);
  if (order === undefined) throw new LayerError(`order ${type} does not exist for ${bottom.shape.length} dims`);
  return [permuteAxes(call, bottom, order)];
};

/** The blob with permuted axes. */
function permuteAxes(call: LayerCall, bottom: BlobData, order: readonly number[]): BlobData {
  const strides = bottom.shape.map((_, axis) => elements(bottom.shape.slice(axis + 1)));
  const result = call.newBlob(order.map((axis) => bottom.shape[axis] ?? 1));
  const { c, d, h, w } = extents(result);
  const steps = Array.from({ length: 4 }, (_, place) => strides[order[place - (4 - order.length)] ?? -1] ?? 0);
  // In a blob of three axes, the missing depth axis is between channels and rows.
  const [stepC = 0, stepD = 0, stepH = 0, stepW = 0] = order.length === 3 ? [steps[1] ?? 0, 0, steps[2] ?? 0, steps[3] ?? 0] : steps;
  let target = 0;
  for (let q = 0; q < c; q++) {
    for (let z = 0; z < d; z++) {
      for (let y = 0; y < h; y++) {
        let source = q * stepC + z * stepD + y * stepH;
        for (let x = 0; x < w; x++, source += stepW) result.values[target++] = bottom.values[source] ?? 0;
      }
    }
  }
  return result;
}

export const flipKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { shape } = bottom;
  const listed = call.numbers('axes');
  const axes = shape.length === 1 && listed.length > 0 ? [0] : listed.map((axis) => axisOf(axis, shape.length));
  let { values } = bottom;
  for (const axis of new Set(axes)) {
    const [before, size, after] = splitAround(shape, axis);
    const flipped = new Float32Array(values.length);
    for (let outer = 0; outer < before; outer++) {
      for (let step = 0; step < size; step++) {
        const first = (outer * size + step) * after;
        flipped.set(values.subarray(first, first + after), (outer * size + size - 1 - step) * after);
      }
    }
    values = flipped;
  }
  return [{ shape, values }];
};

export const shuffleChannelKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { c, size } = extents(bottom);
  const groupCount = call.number('group');
  requireThat(groupCount > 0 && c % groupCount === 0, `${c} channels cannot be divided into ${groupCount} groups`);
  const groups = call.number('reverse') ? c / groupCount : groupCount;
  const result = call.newBlob(bottom.shape);
  for (let group = 0; group < groups; group++) {
    for (let index = 0; index < c / groups; index++) {
      const source = ((c / groups) * group + index) * size;
      result.values.set(bottom.values.subarray(source, source + size), (groups * index + group) * size);
    }
  }
  return [result];
};

/** PixelShuffle and its inverse Reorg: move elements between blocks of `factor * factor` pixels and as many channels. */
function blocks(call: LayerCall, factor: number, toChannels: boolean): readonly BlobData[] {
  const bottom = call.bottom(0);
  const { w, h, c, d } = extents(bottom);
  requireThat(d === 1, 'blobs of 4 dimensions are not supported');
  const squared = factor * factor;
  const channels = toChannels ? c : Math.trunc(c / squared);
  const [smallHeight, smallWidth] = toChannels ? [Math.trunc(h / factor), Math.trunc(w / factor)] : [h, w];
  const result = call.newBlob(toChannels ? [c * squared, smallHeight, smallWidth] : [channels, h * factor, w * factor]);
  const byBlock = call.number('mode') !== 0;
  const largeWidth = toChannels ? w : w * factor;
  const largeHeight = toChannels ? h : h * factor;
  for (let channel = 0; channel < channels; channel++) {
    for (let sub = 0; sub < squared; sub++) {
      const small = byBlock ? sub * channels + channel : channel * squared + sub;
      for (let y = 0; y < smallHeight; y++) {
        for (let x = 0; x < smallWidth; x++) {
          const inSmall = (small * smallHeight + y) * smallWidth + x;
          const inLarge = (channel * largeHeight + y * factor + Math.floor(sub / factor)) * largeWidth + x * factor + (sub % factor);
          if (toChannels) result.values[inSmall] = bottom.values[inLarge] ?? 0;
          else result.values[inLarge] = bottom.values[inSmall] ?? 0;
        }
      }
    }
  }
  return [result];
}

export const pixelShuffleKernel: Kernel = (call) => blocks(call, call.number('upscale_factor'), false);

export const reorgKernel: Kernel = (call) => blocks(call, call.number('stride'), true);
