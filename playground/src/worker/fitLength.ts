/** Values of a sound or a list in the shape of an input: cut, or filled with zeros, where all of its sizes are fixed. */
export interface FittedValues {
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

/**
 * Puts a list of values into the shape of an input. With several dynamic axes, the last one gets the length of the list and the others are
 * 1; with one dynamic axis that is not the last, the list is cut to whole rows.
 */
export function fitLength(values: Float32Array, shape: readonly (number | string)[]): FittedValues {
  const free = shape.reduce<number>((last, size, axis) => (typeof size === 'string' ? axis : last), -1);
  const fixed = shape.reduce<number>((product, size) => (typeof size === 'number' ? product * size : product), 1);
  const rows = free === -1 ? 1 : Math.max(1, Math.floor(values.length / Math.max(1, fixed)));
  const known = shape.map((size, axis) => (typeof size === 'number' ? size : axis === free ? rows : 1));
  const data = new Float32Array(fixed * rows);
  data.set(values.subarray(0, data.length));
  return { data, shape: known };
}
