/** Sizes of dynamic axes by symbol. */
export type Sizes = Map<string, number>;

type Shape = readonly (number | string)[];

export function countElements(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** Records the sizes of the symbols in `shape`; returns false if an axis does not match. */
export function bind(shape: Shape, actual: readonly number[], sizes: Sizes): boolean {
  return shape.every((axis, index) => {
    const size = actual[index] ?? 0;
    if (typeof axis === 'number') return axis === size;
    const known = sizes.get(axis) ?? size;
    sizes.set(axis, known);
    return known === size;
  });
}

/**
 * The shape with sizes in place of its symbols. One unknown symbol is inferred from the number of elements; with several unknown symbols,
 * or an uneven division, the result is `undefined`.
 */
export function resolveShape(shape: Shape, length: number, sizes: Sizes): readonly number[] | undefined {
  const known = shape.map((axis) => (typeof axis === 'number' ? axis : sizes.get(axis)));
  const rest = length / countElements(known.map((size) => size ?? 1));
  const resolved = known.map((size) => size ?? rest);
  return known.filter((size) => size === undefined).length < 2 && resolved.every(Number.isInteger) ? resolved : undefined;
}
