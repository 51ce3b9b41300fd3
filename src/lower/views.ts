import { type Dimension, product, type Shape } from '../graph/ir/dimension.ts';
import type { BlobShape } from '../net/net.ts';

/**
 * The default blob shape of a tensor, for when no layer needs another one: the batch axis of size 1 is dropped, then leading axes of size 1
 * are dropped and leading axes merged until four remain. `[1,3,224,224]` becomes `[3,224,224]`, `[5,10]` stays `[5,10]`, `[]` becomes
 * `[1]`.
 */
export function defaultBlobShape(shape: Shape): BlobShape {
  let axes: Dimension[] = shape[0] === 1 && shape.length > 1 ? shape.slice(1) : [...shape];
  while (axes.length > 4 && axes[0] === 1) axes = axes.slice(1);
  if (axes.length > 4) axes = [product(axes.slice(0, axes.length - 3)), ...axes.slice(-3)];
  return axes.length === 0 ? [1] : axes;
}

/** `[before, axis, after]`: the axes before and after one axis, each merged. */
export function mergedAround(shape: Shape, axis: number): readonly [Dimension, Dimension, Dimension] {
  return [product(shape.slice(0, axis)), shape[axis] ?? 1, product(shape.slice(axis + 1))];
}
