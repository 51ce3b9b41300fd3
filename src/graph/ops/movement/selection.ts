import { elementCount } from '../../ir/dimension.ts';
import { checkList } from '../../ir/limits.ts';
import { integerOf } from '../../ir/numericTensor.ts';
import { allocate, Tensor } from '../../ir/tensor.ts';

/** The tensor of the given shape whose element `i` is element `sources[i]` of `x`, or `fill` if that index is negative. */
export function selectAlong(x: Tensor, shape: readonly number[], sources: ArrayLike<number>, fill: number | bigint = 0): Tensor {
  const values = x.values();
  if (isStrings(values)) {
    return Tensor.of(
      x.dtype,
      shape,
      Array.from(sources, (source) => values[source] ?? ''),
    );
  }
  const result = allocate(x.dtype === 'string' ? 'uint8' : x.dtype, sources.length);
  if (values instanceof BigInt64Array || values instanceof BigUint64Array) {
    const filled = integerOf(fill);
    for (let index = 0; index < sources.length; index++) {
      const source = sources[index] ?? -1;
      result[index] = source < 0 ? filled : (values[source] ?? 0n);
    }
  } else {
    const filled = Number(fill);
    for (let index = 0; index < sources.length; index++) {
      const source = sources[index] ?? -1;
      result[index] = source < 0 ? filled : (values[source] ?? 0);
    }
  }
  return Tensor.of(x.dtype, shape, result);
}

/**
 * The tensor that contains, along each axis, the entries that the table of the axis lists, or `fill` for -1. Its shape is the lengths of
 * the tables.
 */
export function selectAxes(x: Tensor, tables: readonly ArrayLike<number>[], fill: number | bigint = 0): Tensor {
  return selectAlong(
    x,
    tables.map((table) => table.length),
    axisSources(x.shape, tables),
    fill,
  );
}

/** The flat positions that {@link selectAxes} reads. */
export function axisSources(shape: readonly number[], tables: readonly ArrayLike<number>[]): Int32Array {
  const steps = strides(shape);
  let sources = new Int32Array(1);
  tables.forEach((table, axis) => {
    const stride = steps[axis] ?? 1;
    const next = new Int32Array(sources.length * table.length);
    let position = 0;
    for (const base of sources) {
      for (let index = 0; index < table.length; index++) {
        const entry = table[index] ?? -1;
        next[position++] = base < 0 || entry < 0 ? -1 : base + entry * stride;
      }
    }
    sources = next;
  });
  return sources;
}

/** The distance in elements between neighbors along each axis, in row-major order. */
export function strides(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

/** `[0, 1, … size - 1]`. */
export function sliceRange(size: number, first = 0, step = 1): number[] {
  checkList(size);
  return Array.from({ length: size }, (_, index) => first + index * step);
}

/** The index along each axis for a flat position. */
export function unravel(position: number, shape: readonly number[]): number[] {
  let remaining = position;
  return strides(shape).map((stride) => {
    const index = Math.floor(remaining / stride);
    remaining -= index * stride;
    return index;
  });
}

/** The flat position for an index along each axis. */
export function ravel(position: readonly number[], shape: readonly number[]): number {
  return position.reduce((flat, index, axis) => flat * (shape[axis] ?? 1) + index, 0);
}

function isStrings(values: unknown): values is readonly string[] {
  return Array.isArray(values);
}
