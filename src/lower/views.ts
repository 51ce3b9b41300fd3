import { type Dimension, product, type Shape } from '../graph/ir/dimension.ts';
import type { BlobShape } from '../net/net.ts';

/**
 * The blob shape a tensor has when no layer asks for another one: without the batch axis of size 1, further axes
 * of size 1 dropped from the front and neighbors merged there until four are left.
 * `[1,3,224,224]` is `[3,224,224]`, `[5,10]` is `[5,10]`, `[]` is `[1]`.
 */
export function defaultBlobShape(shape: Shape): BlobShape {
  let axes: Dimension[] = shape[0] === 1 && shape.length > 1 ? shape.slice(1) : [...shape];
  while (axes.length > 4 && axes[0] === 1) axes = axes.slice(1);
  if (axes.length > 4) axes = [product(axes.slice(0, axes.length - 3)), ...axes.slice(-3)];
  return axes.length === 0 ? [1] : axes;
}

/** `[before, axis, behind]`: the axes in front of one and behind it, each merged. */
export function mergedAround(shape: Shape, axis: number): readonly [Dimension, Dimension, Dimension] {
  return [product(shape.slice(0, axis)), shape[axis] ?? 1, product(shape.slice(axis + 1))];
}
