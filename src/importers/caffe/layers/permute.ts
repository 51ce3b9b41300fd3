import { permuteType } from '../../../net/layers/permuteOrder.ts';
import type { BlobDimension } from '../../../net/net.ts';
import { fixed, fixedProduct, type LayerContext, storedShape, unsupported, type Value } from '../layer.ts';

/** Permutes the axes of a blob. Axes of size 1 are ignored, and axes that stay adjacent move as one. */
export function permutedValue(context: LayerContext, value: Value, order: readonly number[]): Value {
  const shape = order.map((axis) => value.shape[axis] ?? 1);
  const real = order.filter((axis) => value.shape[axis] !== 1);
  const ranks = [...real].sort((left, right) => left - right);
  const compact = real.map((axis) => ranks.indexOf(axis));
  // Runs of axes that are adjacent before and after the permutation.
  const runs: number[][] = [];
  for (const axis of compact) {
    const last = runs.at(-1);
    if (last !== undefined && last.at(-1) === axis - 1) last.push(axis);
    else runs.push([axis]);
  }
  if (runs.length <= 1) return { blob: context.view(value, storedShape(shape)), shape, blobShape: storedShape(shape) };
  if (runs.length > 4) throw unsupported(`the permutation [${order.join(', ')}] needs ${runs.length} independent axes; ncnn supports 4`);
  const inOrder = [...runs].sort(([left = 0], [right = 0]) => left - right);
  const sizeOf = (run: readonly number[]): BlobDimension => {
    const sizes = run.map((axis) => value.shape[ranks[axis] ?? 0] ?? 1);
    return sizes.length === 1 ? (sizes[0] ?? 1) : fixedProduct(fixed(sizes));
  };
  const source = inOrder.map(sizeOf);
  const target = runs.map(sizeOf);
  const orderType = permuteType(runs.map((run) => inOrder.indexOf(run)));
  const blob = context.emit('Permute', { order_type: orderType }, [context.view(value, source)], target);
  return { blob, shape, blobShape: target };
}
