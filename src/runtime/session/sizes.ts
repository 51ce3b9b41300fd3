/** Sizes of free axes by their symbols. */
export type Sizes = Map<string, number>;

type Shape = readonly (number | string)[];

export function countElements(sizes: readonly number[]): number {
  return sizes.reduce((all, size) => all * size, 1);
}

/** Notes the sizes of the symbols of `shape`; false where an axis does not fit. */
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
 * The shape with sizes for its symbols. The size of one unknown symbol follows from the number of elements; where more are unknown,
 * or the number does not divide, there is no result.
 */
export function resolveShape(shape: Shape, length: number, sizes: Sizes): readonly number[] | undefined {
  const known = shape.map((axis) => (typeof axis === 'number' ? axis : sizes.get(axis)));
  const rest = length / countElements(known.map((size) => size ?? 1));
  const resolved = known.map((size) => size ?? rest);
  return known.filter((size) => size === undefined).length < 2 && resolved.every(Number.isInteger) ? resolved : undefined;
}
