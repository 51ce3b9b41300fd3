import { notSet } from '../../notSet.ts';
import { axisOf, type BlobData, blobAxes, extents, type Kernel, type LayerCall, LayerError, requireThat, splitAround } from '../call.ts';

import { evaluateSizes } from './expression.ts';

/** Layers that split and concatenate blobs. */

export const concatKernel: Kernel = (call) => {
  const first = call.bottom(0);
  const axis = first.shape.length === 1 ? 0 : axisOf(call.number('axis'), first.shape.length);
  const signature = ({ shape }: BlobData): string => shape.map((size, place) => (place === axis ? 'n' : size)).join();
  requireThat(
    call.bottoms.every((bottom) => signature(bottom) === signature(first)),
    `shapes ${call.bottoms.map(({ shape }) => `[${shape.join(',')}]`).join(', ')} do not join at axis ${axis}`,
  );
  const total = call.bottoms.reduce((sum, { shape }) => sum + (shape[axis] ?? 0), 0);
  const result = call.newBlob(first.shape.map((size, place) => (place === axis ? total : size)));
  const [before, , after] = splitAround(first.shape, axis);
  let offset = 0;
  for (const { shape, values } of call.bottoms) {
    const run = (shape[axis] ?? 0) * after;
    for (let outer = 0; outer < before; outer++) {
      result.values.set(values.subarray(outer * run, (outer + 1) * run), outer * total * after + offset);
    }
    offset += run;
  }
  return [result];
};

/** A range of a blob along one axis. */
function part(call: LayerCall, bottom: BlobData, axis: number, start: number, length: number): BlobData {
  const [before, size, after] = splitAround(bottom.shape, axis);
  requireThat(length > 0 && start >= 0 && start + length <= size, `elements ${start} to ${start + length} are taken of ${size}`);
  const result = call.newBlob(bottom.shape.map((value, place) => (place === axis ? length : value)));
  for (let outer = 0; outer < before; outer++) {
    const first = (outer * size + start) * after;
    result.values.set(bottom.values.subarray(first, first + length * after), outer * length * after);
  }
  return result;
}

export const sliceKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const axis = bottom.shape.length === 1 ? 0 : axisOf(call.number('axis'), bottom.shape.length);
  const size = bottom.shape[axis] ?? 0;
  const [slices, indices] = [call.numbers('slices'), call.numbers('indices')];
  const count = call.topCount;
  let start = 0;
  return Array.from({ length: count }, (_, top) => {
    let length: number;
    if (indices.length > 0) {
      const index = indices[top] ?? 0;
      requireThat(top === count - 1 || index !== undefined, 'too few indices');
      length = (top === count - 1 ? size : index < 0 ? index + size : index) - start;
    } else {
      const requested = slices[top];
      if (requested === undefined) throw new LayerError(`expected ${count} slices, got ${slices.length}`);
      length = requested === notSet ? Math.trunc((size - start) / (count - top)) : requested;
    }
    const result = part(call, bottom, axis, start, length);
    start += length;
    return result;
  });
};

export const cropKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { shape } = bottom;
  const names = blobAxes(shape.length);
  const ranges = cropRanges(call, shape, names);
  let result = bottom;
  for (const [axis, [start, length]] of ranges.entries()) {
    if (start !== 0 || length !== shape[axis]) result = part(call, result, axis, start, length);
  }
  return [result];
};

function cropRanges(call: LayerCall, shape: readonly number[], names: readonly string[]): readonly (readonly [number, number])[] {
  const isExpressed = call.text('starts_expr') !== '' && call.text('ends_expr') !== '';
  const [starts = [], ends = [], axes = []] = (['starts', 'ends', 'axes'] as const).map((name) =>
    isExpressed ? evaluateSizes(call.text(`${name}_expr`), call.bottoms) : call.numbers(name),
  );
  const offset = (name: string): number => call.number(`${name}offset`);
  if (call.bottoms.length > 1 && !isExpressed) {
    const reference = call.bottom(1);
    if (offset('w') === notSet) {
      const numbers = new Int32Array(reference.values.buffer, reference.values.byteOffset, reference.values.length);
      const order = [...names].reverse();
      // Offsets of w, h, d and c, followed by the sizes in the same order; blobs of up to three axes have no depth.
      const half = shape.length === 4 ? 4 : 3;
      const place = (name: string): number => (half === 4 ? ['w', 'h', 'd', 'c'] : ['w', 'h', 'c']).indexOf(name);
      return order.reverse().map((name) => [numbers[place(name)] ?? 0, numbers[half + place(name)] ?? 0]);
    }
    const sizes = extents(reference);
    return names.map((name, axis) => {
      const targetSizes: Readonly<Record<string, number>> = { w: sizes.w, h: sizes.h, d: sizes.d, c: sizes.c };
      const isUncropped = name === 'c' && reference.shape.length !== shape.length;
      return [offset(name), isUncropped ? (shape[axis] ?? 1) : (targetSizes[name] ?? 1)];
    });
  }
  if (starts.length > 0 && ends.length > 0) {
    const ranges = shape.map((size): readonly [number, number] => [0, size]);
    const chosen = axes.length > 0 ? axes.map((axis) => axisOf(axis, shape.length)) : shape.map((_, axis) => axis);
    for (const [place, axis] of chosen.entries()) {
      const size = shape[axis] ?? 1;
      const [start = 0, end = 0] = [starts[place], ends[place]];
      const first = start === notSet ? 0 : start >= 0 ? start : size + start;
      const last = Math.min(size, end === notSet ? size : end > 0 ? end : size + end);
      ranges[axis] = [first, last - first];
    }
    return ranges;
  }
  return names.map((name, axis) => {
    const remaining = (shape[axis] ?? 1) - offset(name) - call.number(`${name}offset2`);
    const requested = call.number(`out${name}`);
    return [offset(name), requested === notSet ? remaining : Math.min(requested, remaining)];
  });
}

/** Copies the second bottom over a range of the first. */
export const copyToKernel: Kernel = (call) => {
  const [self, source] = [call.bottom(0), call.bottom(1)];
  const { shape } = self;
  if (shape.join() === source.shape.join()) return [source];
  const names = blobAxes(shape.length);
  const [starts, axes] = [call.numbers('starts'), call.numbers('axes')];
  const offsets = starts.length > 0 ? shape.map(() => 0) : names.map((name) => call.number(`${name}offset`));
  const chosen = axes.length > 0 ? axes.map((axis) => axisOf(axis, shape.length)) : shape.map((_, axis) => axis);
  if (starts.length > 0) {
    for (const [place, axis] of chosen.entries()) {
      const start = starts[place] ?? 0;
      offsets[axis] = start === notSet ? 0 : start >= 0 ? start : (shape[axis] ?? 0) + start;
    }
  }
  requireThat(
    source.shape.length === shape.length &&
      source.shape.every((size, axis) => (offsets[axis] ?? 0) >= 0 && (offsets[axis] ?? 0) + size <= (shape[axis] ?? 0)),
    `[${source.shape.join(',')}] does not fit into [${shape.join(',')}] at [${offsets.join(',')}]`,
  );
  const result = { shape, values: self.values.slice() };
  const run = source.shape.at(-1) ?? 1;
  for (let row = 0; row < source.values.length / run; row++) {
    let target = 0;
    let remaining = row;
    let stride = shape.at(-1) ?? 1;
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      const size = source.shape[axis] ?? 1;
      target += ((remaining % size) + (offsets[axis] ?? 0)) * stride;
      remaining = Math.floor(remaining / size);
      stride *= shape[axis] ?? 1;
    }
    result.values.set(source.values.subarray(row * run, (row + 1) * run), target + (offsets.at(-1) ?? 0));
  }
  return [result];
};

export const diagKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, dims } = extents(bottom);
  const diagonal = call.number('diagonal');
  const [down, across] = [Math.max(-diagonal, 0), Math.max(diagonal, 0)];
  requireThat(dims <= 2, 'expected 1 or 2 dimensions');
  if (dims === 1) {
    const size = w + Math.abs(diagonal);
    const result = call.newBlob([size, size]);
    for (let index = 0; index < w; index++) result.values[(index + down) * size + index + across] = bottom.values[index] ?? 0;
    return [result];
  }
  const result = call.newBlob([Math.min(h - down, w - across)]);
  for (let index = 0; index < result.values.length; index++) result.values[index] = bottom.values[(index + down) * w + index + across] ?? 0;
  return [result];
};
