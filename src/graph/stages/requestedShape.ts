import type { Shape } from '../ir/dimension.ts';

/**
 * The shape of an input as the options give it. -1 leaves an axis as the model declares it, which is how one that is free stays free; where
 * the model declares none it is named after the input and its place.
 */
export function requestedShape(name: string, sizes: readonly number[], declared: Shape | undefined): Shape {
  return sizes.map((size, axis) => (size === -1 ? (declared?.[axis] ?? `${name}_${axis}`) : size));
}
