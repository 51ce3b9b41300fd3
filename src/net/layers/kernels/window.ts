import type { Triple } from '../../../kernels/window.ts';
import type { WindowAxisParams } from '../windowAxes.ts';
import { type LayerCall, requireThat } from './call.ts';

/** How a window slides. Each list has one number per axis, outermost first. */
export interface Spatial {
  readonly sizes: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
}

export interface Borders {
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** The parameters `name_w`, `name_h` … of the given axes. */
export function windowAxisValues(call: LayerCall, name: string, axes: readonly WindowAxisParams[]): readonly number[] {
  return axes.map(({ letter }) => call.number(`${name}_${letter}`));
}

export function toTriple(values: readonly number[], fill: number): Triple {
  const [w = fill, h = fill, d = fill] = [...values].reverse();
  return [d, h, w];
}

/** The product of values over all axes. */
export function along(values: readonly number[]): number {
  return values.reduce((product, size) => product * size, 1);
}

/** The padding from the parameters. */
export function declaredBorders(call: LayerCall, axes: readonly WindowAxisParams[]): Borders {
  return { before: axes.map(({ before }) => call.number(before)), after: axes.map(({ after }) => call.number(after)) };
}

/**
 * The padding for which the number of windows is the size divided by the stride, rounded up. An odd element is added after the input
 * (`upper`) or before it; along the depth, ncnn always adds it after.
 */
export function sameBorders({ sizes, stride }: Spatial, extent: readonly number[], upper: boolean): Borders {
  const total = sizes.map((size, axis) => {
    const step = stride[axis] ?? 1;
    return (extent[axis] ?? 1) + Math.floor((size - 1) / step) * step - size;
  });
  if (total.every((size) => size <= 0)) return { before: sizes.map(() => 0), after: sizes.map(() => 0) };
  requireThat(
    total.every((size) => size >= 0),
    'the border to keep the size would be negative on one axis and positive on another',
  );
  const less = total.map((size) => Math.floor(size / 2));
  const more = total.map((size, axis) => size - (less[axis] ?? 0));
  return upper ? { before: less, after: more } : lowerBorders(less, more);
}

/** The larger half goes before the input, except along the depth. */
function lowerBorders(less: readonly number[], more: readonly number[]): Borders {
  const isDepth = (axis: number): boolean => less.length === 3 && axis === 0;
  return {
    before: more.map((size, axis) => (isDepth(axis) ? (less[axis] ?? 0) : size)),
    after: less.map((size, axis) => (isDepth(axis) ? (more[axis] ?? 0) : size)),
  };
}

/** The padding of a convolution: from the parameters, or computed if all of them are -233 or -234. */
export function borders(call: LayerCall, axes: readonly WindowAxisParams[], spatial: Spatial, extent: readonly number[]): Borders {
  const declared = declaredBorders(call, axes);
  const all = [...declared.before, ...declared.after];
  if (all.some((size) => size > 0)) {
    requireThat(
      all.every((size) => size >= 0),
      'a border cannot be negative',
    );
    return declared;
  }
  if (all.every((size) => size === -233)) return sameBorders(spatial, extent, true);
  if (all.every((size) => size === -234)) return sameBorders(spatial, extent, false);
  return { before: axes.map(() => 0), after: axes.map(() => 0) };
}

/** Pads each channel with a value. */
export function withBorder(
  call: LayerCall,
  values: Float32Array,
  channels: number,
  sizes: readonly number[],
  { before, after }: { readonly before: readonly number[]; readonly after: readonly number[] },
  value: number,
): { readonly values: Float32Array; readonly sizes: readonly number[] } {
  const padded = sizes.map((size, axis) => size + (before[axis] ?? 0) + (after[axis] ?? 0));
  const [, height, width] = toTriple(padded, 1);
  const input: Triple = toTriple(sizes, 1);
  const [front, top, left] = toTriple(before, 0);
  const cells = along(padded);
  call.spend('elements', channels * cells);
  const result = new Float32Array(channels * cells).fill(value);
  for (let row = 0; row < channels * input[0] * input[1]; row++) {
    const [channel, z, y] = [Math.floor(row / (input[0] * input[1])), Math.floor(row / input[1]) % input[0], row % input[1]];
    result.set(values.subarray(row * input[2], (row + 1) * input[2]), channel * cells + ((z + front) * height + y + top) * width + left);
  }
  return { values: result, sizes: padded };
}
