import type { Shape } from '../ir/dimension.ts';

/** The target of a Reshape that copies or infers dynamic axes; `undefined` if more than one axis would have to be inferred. */
export function reshapeTarget(shape: Shape, source: Shape): readonly number[] | undefined {
  const target = shape.map((size, axis) => (typeof size === 'number' ? size : size === source[axis] ? 0 : -1));
  return target.filter((size) => size === -1).length > 1 || target.some((size, axis) => size === 0 && shape[axis] === 0)
    ? undefined
    : target;
}
