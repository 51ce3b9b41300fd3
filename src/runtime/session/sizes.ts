import type { NcnnTensor } from '../types.ts';

/** Sizes of dynamic axes by symbol. */
export type Sizes = Map<string, number>;

type Shape = NcnnTensor['shape'];

export function countElements(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** Records the sizes of the symbols in `shape`; returns false if the rank or a size does not match. */
export function bind(shape: Shape, actual: readonly number[], sizes: Sizes): boolean {
  const isMatch = (axis: number | string, index: number): boolean => {
    const size = actual[index] ?? 0;
    const known = sizeOf(axis, sizes) ?? size;
    if (typeof axis === 'string') sizes.set(axis, known);
    return known === size;
  };
  return shape.length === actual.length && shape.every(isMatch);
}

/**
 * The shape with sizes in place of its symbols. One unknown symbol is inferred from the number of elements; with several unknown symbols,
 * or an uneven division, the result is `undefined`.
 */
export function resolveShape(shape: Shape, length: number, sizes: Sizes): readonly number[] | undefined {
  const known = shape.map((axis) => sizeOf(axis, sizes));
  const remaining = length / countElements(known.map((size) => size ?? 1));
  const resolved = known.map((size) => size ?? remaining);
  return known.filter((size) => size === undefined).length < 2 && resolved.every(Number.isInteger) ? resolved : undefined;
}

function sizeOf(axis: number | string, sizes: Sizes): number | undefined {
  return typeof axis === 'number' ? axis : sizes.get(axis);
}
