import { type RoiBox, roiMaxPool } from '../../../../kernels/roi.ts';
import { extents, type Kernel, type LayerCall, requireThat } from '../call.ts';

/** Pooling of one region; the first four elements of the second bottom are its corners. */

const { fround } = Math;

function corners(call: LayerCall): RoiBox {
  const [x1, y1, x2, y2] = call.bottom(1).values;
  requireThat(y2 !== undefined, 'a region has four numbers');
  return [x1 ?? 0, y1 ?? 0, x2 ?? 0, y2 ?? 0];
}

function pooledSizes(call: LayerCall): { readonly width: number; readonly height: number } {
  return { width: call.number('pooled_width'), height: call.number('pooled_height') };
}

export const roiPoolingKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, c } = extents(bottom);
  const { width, height } = pooledSizes(call);
  const result = call.newBlob([c, height, width]);
  call.spend('elements', 2 * result.values.length);
  call.spend('steps', result.values.length * w * h);
  const target = new Float64Array(result.values.length);
  const sizes = { channels: c, height: h, width: w, outputHeight: height, outputWidth: width, spatialScale: call.number('spatial_scale') };
  roiMaxPool(bottom.values, 0, corners(call), sizes, target);
  result.values.set(target);
  return [result];
};

function clamp(value: number, limit: number): number {
  return Math.min(Math.max(value, 0), limit);
}

/** Rounds half away from zero. */
function round(value: number): number {
  return Math.sign(value) * Math.round(Math.abs(value));
}

/** Averages, where each cell reads different channels. */
export const psroiPoolingKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, c } = extents(bottom);
  const { width, height } = pooledSizes(call);
  const [outputs, scale] = [call.number('output_dim'), call.number('spatial_scale')];
  requireThat(c === outputs * width * height, `${c} channels cannot be divided into ${outputs} times ${width} x ${height}`);
  const [x1, y1, x2, y2] = corners(call);
  const [left, top] = [fround(round(x1) * scale), fround(round(y1) * scale)];
  const cellWidth = fround(Math.max(fround(fround(round(x2 + 1) * scale) - left), fround(0.1)) / width);
  const cellHeight = fround(Math.max(fround(fround(round(y2 + 1) * scale) - top), fround(0.1)) / height);
  const result = call.newBlob([outputs, height, width]);
  call.spend('steps', result.values.length * w * h);
  const bounds = (start: number, cell: number, size: number, limit: number): readonly [number, number] => [
    clamp(Math.floor(fround(start + fround(cell * size))), limit),
    clamp(Math.ceil(fround(start + fround((cell + 1) * size))), limit),
  ];
  for (let index = 0; index < result.values.length; index++) {
    const [row0, row1] = bounds(top, Math.floor(index / width) % height, cellHeight, h);
    const [column0, column1] = bounds(left, index % width, cellWidth, w);
    let sum = 0;
    for (let y = row0; y < row1; y++) for (let x = column0; x < column1; x++) sum += bottom.values[(index * h + y) * w + x] ?? 0;
    const area = (row1 - row0) * (column1 - column0);
    result.values[index] = row1 <= row0 || column1 <= column0 ? 0 : sum / area;
  }
  return [result];
};

/** Averages of bilinear samples. `version` 0 places the samples in the cell clipped to the image, `version` 1 in the unclipped cell. */
export const roiAlignKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const { w, h, c } = extents(bottom);
  const { width, height } = pooledSizes(call);
  const [scale, shift, version] = [call.number('spatial_scale'), call.number('aligned') ? 0.5 : 0, call.number('version')];
  requireThat(version === 0 || version === 1, `unknown version ${version}`);
  const [x1, y1, x2, y2] = corners(call).map((value) => fround(fround(value * scale) - shift));
  const span = (start = 0, end = 0): number => (shift === 0 ? Math.max(fround(end - start), 1) : fround(end - start));
  const axis = (start = 0, end = 0, cells: number, limit: number): readonly (readonly number[])[] => {
    const length = span(start, end);
    const cell = fround(length / cells);
    const maxSamples = call.number('sampling_ratio') > 0 ? call.number('sampling_ratio') : Math.ceil(Math.abs(length) / cells) + 1;
    call.spend('elements', 2 * cells * maxSamples);
    return Array.from({ length: cells }, (_, index) => {
      if (version === 1) {
        const count = call.number('sampling_ratio') > 0 ? call.number('sampling_ratio') : Math.max(0, Math.ceil(fround(length / cells)));
        const places = Array.from({ length: count }, (_, sample) => start + index * cell + ((sample + 0.5) * cell) / count);
        return places.map((place) => (place < -1 || place > limit ? Number.NaN : Math.max(place, 0)));
      }
      const first = clamp(start + index * cell, limit);
      const last = clamp(start + (index + 1) * cell, limit);
      if (last <= first) return [];
      const count = call.number('sampling_ratio') > 0 ? call.number('sampling_ratio') : Math.ceil(fround(last) - fround(first));
      const places = Array.from({ length: count }, (_, sample) => first + ((sample + 0.5) * cell) / count);
      requireThat(
        places.every((place) => place < limit),
        'a sample is past the end of the image, where ncnn reads the next row',
      );
      return places;
    });
  };
  const [rows, columns] = [axis(y1, y2, height, h), axis(x1, x2, width, w)];
  const result = call.newBlob([c, height, width]);
  const samples = (axes: readonly (readonly number[])[]): number => axes.reduce((sum, places) => sum + places.length, 0);
  call.spend('steps', c * samples(rows) * samples(columns));
  for (let index = 0; index < result.values.length; index++) {
    const plane = Math.floor(index / (width * height)) * w * h;
    const ys = rows[Math.floor(index / width) % height] ?? [];
    const xs = columns[index % width] ?? [];
    let sum = 0;
    for (const y of ys) for (const x of xs) sum += sample(bottom.values, plane, w, h, x, y);
    const count = ys.length * xs.length;
    result.values[index] = count === 0 ? 0 : sum / count;
  }
  return [result];
};

/** Bilinear interpolation. Outside the image, the nearest pixels are used; NaN marks a position that does not count and gives 0. */
function sample(values: Float32Array, plane: number, width: number, height: number, x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return 0;
  const [left, right, across] = between(x, width);
  const [top, bottom, down] = between(y, height);
  const at = (row: number, column: number): number => values[plane + row * width + column] ?? 0;
  return (
    (1 - down) * ((1 - across) * at(top, left) + across * at(top, right)) +
    down * ((1 - across) * at(bottom, left) + across * at(bottom, right))
  );
}

function between(place: number, size: number): readonly [low: number, high: number, share: number] {
  const low = Math.floor(place);
  return low >= size - 1 ? [size - 1, size - 1, 0] : [low, low + 1, place - low];
}
