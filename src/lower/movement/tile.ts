import { type Dimension, isStatic, product, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { operandBlob, overAxes, type TensorBlob } from './grouping.ts';

/** `Tile` and `Expand` as Tile layers. */
export const tileLowerings: LoweringFamily = {
  Tile: (node) => {
    const source = operandBlob(node, 0);
    node.define(0, tiled(node, source, repeatsOf(node)).blob);
  },
  Expand: (node) => node.define(0, expandAxes(node, operandBlob(node, 0), node.outputShape()).blob),
};

/** Number of repeats per axis. Dynamic repeats are derived from the declared shape of the result. */
function repeatsOf(node: LoweringNode): readonly number[] {
  const [shape, result] = [node.shape(0), node.outputShape()];
  if (node.constant(1) === undefined && isStatic(shape) && isStatic(result)) return result.map((size, axis) => size / (shape[axis] ?? 1));
  return node.constantIntegers(1) ?? [];
}

/** Tiles a tensor by the given number of repeats per axis. */
export function tiled(node: LoweringNode, source: TensorBlob, repeats: readonly number[]): TensorBlob {
  const axes = repeats.flatMap((times, axis) => (times === 1 ? [] : [axis]));
  return overAxes(node, source, axes, (blob, placed, top, shape) => {
    const result = shape.map((size, axis) => (placed.some((place) => place.axis === axis) ? product([size, repeats[axis] ?? 1]) : size));
    const [only] = placed;
    const params =
      placed.length === 1 && only !== undefined
        ? { axis: only.at, tiles: repeats[only.axis] ?? 1 }
        : { repeats: blob.shape.map((_, at) => repeats[placed.find((place) => place.at === at)?.axis ?? -1] ?? 1) };
    return { blob: node.layer('Tile', [blob], params, top(result)), shape: result };
  });
}

/** Broadcasts a tensor to a shape: axes of size 1, including missing leading axes, are tiled. Adjacent ones are tiled as one axis. */
function expandAxes(node: LoweringNode, source: TensorBlob, result: Shape): TensorBlob {
  const shape: Shape = [...result.slice(source.shape.length).map(() => 1), ...source.shape];
  const repeats = result.map((size, axis) => (shape[axis] === 1 && size !== 1 ? size : 1));
  if (!isStatic(repeats)) {
    const broadcast = broadcastLike(node, source, result, repeats);
    if (broadcast !== undefined) return broadcast;
    throw new OperatorError('shape', `the number of repeats must be known, but the result is [${result.join(',')}]`);
  }
  const merged: { size: Shape[number]; times: number }[] = [];
  shape.forEach((size, axis) => {
    const times = repeats[axis] ?? 1;
    const last = merged.at(-1);
    if (size === 1 && times === 1) return;
    if (last !== undefined && times > 1 && last.times > 1) last.times *= times;
    else merged.push({ size, times });
  });
  if (merged.every(({ times }) => times === 1)) return { blob: source.blob, shape: result };
  const view = { blob: source.blob, shape: merged.map(({ size }) => size) };
  const times = merged.map((axis) => axis.times);
  return { blob: tiled(node, view, times).blob, shape: result };
}

/**
 * Broadcasts to dynamic sizes, which are read from other blobs at run time: nearest-neighbor Interp copies an axis of size 1. The last two
 * axes are its height and width; an earlier axis is the height of an image whose rows contain everything after it. Returns `undefined` if
 * no blobs have the sizes.
 */
function broadcastLike(node: LoweringNode, source: TensorBlob, result: Shape, repeats: Shape): TensorBlob | undefined {
  const planeAt = Math.max(0, result.length - 2);
  const shape: Dimension[] = result.map((size, axis) => (typeof repeats[axis] === 'number' ? size : 1));
  let blob: DraftBlob | undefined = expandAxes(node, source, shape).blob;
  if (!isStatic(repeats.slice(planeAt))) {
    const [height = 1, width = 1] = [result.at(-2), result.at(-1)];
    const x = node.view(blob, [product(shape.slice(0, planeAt)), shape.at(-2) ?? 1, shape.at(-1) ?? 1]);
    blob = node.interpLike(x, [height, width], { resize_type: 1 });
    shape.splice(planeAt, 2, ...result.slice(planeAt));
  }
  for (let axis = planeAt - 1; axis >= 0; axis--) {
    const size = result[axis] ?? 1;
    if (typeof repeats[axis] === 'number') continue;
    const rows = product(shape.slice(axis + 1));
    blob = blob && node.interpLike(node.view(blob, [product(shape.slice(0, axis)), 1, rows]), [size, rows], { resize_type: 1 });
    shape[axis] = size;
  }
  return blob && { blob, shape: result };
}
