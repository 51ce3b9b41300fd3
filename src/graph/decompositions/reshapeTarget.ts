import type { Shape } from '../ir/dimension.ts';

/** The target of a Reshape that keeps or computes free axes; `undefined` where more than one would have to be computed. */
export function reshapeTarget(shape: Shape, kept: Shape): readonly number[] | undefined {
  const target = shape.map((size, axis) => (typeof size === 'number' ? size : size === kept[axis] ? 0 : -1));
  return target.filter((size) => size === -1).length > 1 || target.some((size, axis) => size === 0 && shape[axis] === 0)
    ? undefined
    : target;
}
