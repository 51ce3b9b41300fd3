import { type BlobData, extents, type Kernel, type LayerCall, LayerError, requireThat } from '../call.ts';
import { evaluateSizes } from '../movement/expression.ts';

const { fround } = Math;

/** The number of elements that take about as much memory as one {@link Taps}. */
const wordsOfTaps = 64;

/** The elements that an element of a resized axis is computed from, and their weights. */
interface Taps {
  readonly indices: readonly number[];
  readonly shares: readonly number[];
}

export const interpKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, c, dims } = extents(bottom);
  requireThat(dims < 4, 'blobs of 4 dimensions are not supported');
  const { width, height, isDynamicSize } = targetSize(call, dims === 1 ? { w: 1, h: 1 } : { w, h });
  if (dims === 1) {
    const result = call.newBlob([w, height, width]);
    for (let channel = 0; channel < w; channel++)
      result.values.fill(bottom.values[channel] ?? 0, channel * height * width, (channel + 1) * height * width);
    return [result];
  }
  if (isIdentity(call, { w, h, width, height, dims })) return [bottom];
  const scaleOf = (name: string, output: string): number => (isDynamicSize || call.number(output) !== 0 ? 0 : call.number(name));
  const columns = axisTaps(call, w, width, scaleOf('width_scale', 'output_width'));
  // In a matrix, the height counts channels.
  const rows = dims === 2 ? undefined : axisTaps(call, h, height, scaleOf('height_scale', 'output_height'));
  const result = call.newBlob(dims === 2 ? [h, width] : [c, height, width]);
  const planes = dims === 2 ? h : c;
  const lines = dims === 2 ? 1 : h;
  const line = new Float64Array(lines * width);
  for (let plane = 0; plane < planes; plane++) {
    for (let y = 0; y < lines; y++) {
      const source = (plane * lines + y) * w;
      for (let x = 0; x < width; x++) line[y * width + x] = weighted(columns[x], (index) => bottom.values[source + index] ?? 0);
    }
    const target = plane * (result.values.length / planes);
    if (rows === undefined) result.values.set(line, target);
    else
      rows.forEach((taps, y) => {
        for (let x = 0; x < width; x++) result.values[target + y * width + x] = weighted(taps, (index) => line[index * width + x] ?? 0);
      });
  }
  return [result];
};

function weighted(taps: Taps | undefined, value: (index: number) => number): number {
  let sum = 0;
  if (taps === undefined) return sum;
  for (let tap = 0; tap < taps.indices.length; tap++) sum += (taps.shares[tap] ?? 0) * value(taps.indices[tap] ?? 0);
  return sum;
}

function targetSize(
  call: LayerCall,
  size: { readonly w: number; readonly h: number },
): { readonly width: number; readonly height: number; readonly isDynamicSize: boolean } {
  const expression = call.text('size_expr');
  if (expression !== '') {
    const [width = 0, height = extents(call.bottom(0)).h, ...others] = evaluateSizes(expression, call.bottoms);
    requireThat(others.length === 0, `expected 1 or 2 sizes, got "${expression}"`);
    return { width, height, isDynamicSize: true };
  }
  if (call.number('dynamic_target_size') === 1) return { ...packedSize(call.bottom(1)), isDynamicSize: true };
  const [width, height] = [call.number('output_width'), call.number('output_height')];
  if (width !== 0 && height !== 0) return { width, height, isDynamicSize: false };
  const scaled = (value: number, scale: number): number => Math.trunc(fround(value * scale));
  return { width: scaled(size.w, call.number('width_scale')), height: scaled(size.h, call.number('height_scale')), isDynamicSize: false };
}

/** The size of the reference blob. Throws if ncnn would read another size because it packs the outermost axis. */
function packedSize(reference: BlobData): { readonly width: number; readonly height: number } {
  const [outer = 1] = reference.shape;
  const { dims, w, h } = extents(reference);
  requireThat(dims > 2 || outer % 4 !== 0, `ncnn packs the ${outer} elements of the outermost axis of its reference, and finds fewer`);
  return { width: w, height: h };
}

/** Whether ncnn returns the blob unchanged. */
function isIdentity(
  call: LayerCall,
  { w, h, width, height, dims }: { w: number; h: number; width: number; height: number; dims: number },
): boolean {
  if (width !== w || (dims !== 2 && height !== h)) return false;
  if (call.number('resize_type') !== 3 || call.number('align_corner')) return true;
  if (call.number('dynamic_target_size') || call.text('size_expr') !== '') return true;
  const isUnchanged = (output: string, scale: string): boolean => call.number(output) !== 0 || call.number(scale) === 1;
  return isUnchanged('output_width', 'width_scale') && (dims === 2 || isUnchanged('output_height', 'height_scale'));
}

/** The taps of every output along an axis; `scale` is 0 if the ratio of the sizes decides. */
function axisTaps(call: LayerCall, size: number, outputs: number, scale: number): readonly Taps[] {
  call.spend('elements', wordsOfTaps * outputs);
  const type = call.number('resize_type');
  const aligned = call.number('align_corner') !== 0;
  const clamp = (index: number): number => Math.max(0, Math.min(size - 1, index));
  if (type === 1) {
    const step = scale === 0 ? fround(size / outputs) : fround(1 / scale);
    return Array.from({ length: outputs }, (_, index) => ({
      indices: [Math.min(Math.trunc(fround(index * step)), size - 1)],
      shares: [1],
    }));
  }
  if (type !== 2 && type !== 3) throw new LayerError(`unknown resize type ${type}`);
  let step = scale === 0 ? size / outputs : 1 / scale;
  if (type === 2 && size === outputs) step = 1;
  if (aligned) step = outputs > 1 ? (size - 1) / (outputs - 1) : 0;
  return Array.from({ length: outputs }, (_, index) => {
    const place = fround(aligned ? index * step : (index + 0.5) * step - 0.5);
    const first = Math.floor(place);
    const fraction = place - first;
    if (type === 2) return { indices: [clamp(first), clamp(first + 1)], shares: [1 - fraction, fraction] };
    return { indices: [first - 1, first, first + 1, first + 2].map(clamp), shares: cubicShares(fraction) };
  });
}

/** The weights of the four elements around a position, for cubic interpolation with the coefficient -0.75. */
function cubicShares(fraction: number): readonly number[] {
  const a = -0.75;
  const near = (x: number): number => (a + 2) * x ** 3 - (a + 3) * x * x + 1;
  const [first, second, third] = [
    a * (fraction + 1) ** 3 - 5 * a * (fraction + 1) ** 2 + 8 * a * (fraction + 1) - 4 * a,
    near(fraction),
    near(1 - fraction),
  ];
  return [first, second, third, 1 - first - second - third];
}

/** How grid coordinates map to the image. */
interface Sampling {
  readonly padding: number;
  readonly aligned: boolean;
}

export const gridSampleKernel: Kernel = (call) => {
  const [bottom, grid] = [call.bottom(0), call.bottom(1)];
  const [type, padding] = [call.number('sample_type'), call.number('padding_mode')];
  requireThat(type >= 1 && type <= 3 && padding >= 1 && padding <= 3, `unknown sample type ${type} or padding mode ${padding}`);
  const axes = bottom.shape.length - 1;
  requireThat((axes === 2 || axes === 3) && grid.shape.length === axes + 1, 'image and grid have three or four dims');
  requireThat(type !== 3 || axes === 2, 'bicubic sampling takes no depth');
  const sampling: Sampling = { padding, aligned: call.number('align_corner') !== 0 };
  const fused = call.number('permute_fusion') !== 0;
  const places = fused ? grid.shape.slice(1) : grid.shape.slice(0, axes);
  requireThat((fused ? grid.shape[0] : grid.shape[axes]) === axes, `a grid of shape [${grid.shape.join(',')}] has no ${axes} coordinates`);
  const result = call.newBlob([bottom.shape[0] ?? 1, ...places]);
  const cells = places.reduce((product, size) => product * size, 1);
  call.spend('steps', result.values.length * (type === 3 ? 4 : 2) ** axes);
  const [width = 1, height = 1, depth = 1] = bottom.shape.slice(1).reverse();
  const sizes = [width, height, depth];
  const volume = width * height * depth;
  for (let cell = 0; cell < cells; cell++) {
    const coordinates = Array.from({ length: axes }, (_, axis) => {
      const value = grid.values[fused ? axis * cells + cell : cell * axes + axis] ?? 0;
      return unnormalized(sizes[axis] ?? 1, value, sampling);
    });
    const taps = coordinates.map((coordinate, axis) => sampleTaps(type, coordinate, sizes[axis] ?? 1, sampling));
    const [x, y, z] = taps;
    for (let channel = 0; channel < result.values.length / cells; channel++) {
      const plane = channel * volume;
      const row = (start: number): number => weighted(x, (column) => bounded(bottom, start, column, width));
      const slice = (start: number): number => weighted(y, (line) => (line < 0 || line >= height ? 0 : row(start + line * width)));
      result.values[channel * cells + cell] =
        z === undefined ? slice(plane) : weighted(z, (layer) => (layer < 0 || layer >= depth ? 0 : slice(plane + layer * width * height)));
    }
  }
  return [result];
};

function bounded({ values }: BlobData, start: number, column: number, width: number): number {
  return column < 0 || column >= width ? 0 : (values[start + column] ?? 0);
}

function unnormalized(size: number, coordinate: number, { aligned }: Sampling): number {
  return aligned ? fround(fround(fround(coordinate + 1) / 2) * (size - 1)) : fround((fround(fround(coordinate + 1) * size) - 1) / 2);
}

/** Moves a coordinate into the image according to the padding mode; ncnn reflects once at each end. */
function moved(place: number, size: number, { padding, aligned }: Sampling): number {
  const border = (value: number): number => Math.min(size - 1, Math.max(value, 0));
  const reflect = (value: number, end: number): number => fround(end - Math.abs(fround(Math.abs(value) - end)));
  if (padding === 2) return border(place);
  if (padding === 3) return aligned ? reflect(place, size - 1) : border(fround(reflect(fround(place + 0.5), size) - 0.5));
  return place;
}

function sampleTaps(type: number, place: number, size: number, sampling: Sampling): Taps {
  if (type === 3) {
    const first = Math.floor(place);
    const indices = [first - 1, first, first + 1, first + 2].map((index) => Math.trunc(moved(index, size, sampling)));
    return { indices, shares: cubicShares(place - first) };
  }
  const inside = moved(place, size, sampling);
  if (type === 2) return { indices: [Math.floor(fround(inside + 0.5))], shares: [1] };
  const first = Math.floor(inside);
  return { indices: [first, first + 1], shares: [1 - (inside - first), inside - first] };
}
