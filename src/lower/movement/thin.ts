import type { Dimension, Shape } from '../../graph/ir/dimension.ts';
import type { BlobShape } from '../../net/net.ts';
import type { LoweringNode } from '../node.ts';
import { mergedAround } from '../views.ts';
import { type TensorBlob, withSize } from './grouping.ts';

/** Every `step`-th element of an axis of any size, starting with the first. */
export interface Thinning {
  readonly axis: number;
  readonly step: number;
  readonly size: Dimension;
}

/** Takes every `step`-th element of some axes with Pooling layers of kernel size 1, whose stride works for dynamic sizes. */
export function thinnedBlob(node: LoweringNode, source: TensorBlob, axes: readonly Thinning[]): TensorBlob {
  const last = source.shape.length - 1;
  // The last two axes are done at once, with all other axes as channels.
  const inPlane = axes.filter(({ axis }) => last > 0 && axis >= last - 1);
  const plane = inPlane.length === 0 ? source : pooled(node, source, last - 1, inPlane);
  return axes.filter((each) => !inPlane.includes(each)).reduce((current, each) => pooled(node, current, each.axis, [each]), plane);
}

/** Pools the tensor as channels, rows and columns, with a stride on the rows and, if these are the last two axes, on the columns. */
function pooled(node: LoweringNode, source: TensorBlob, rows: number, axes: readonly Thinning[]): TensorBlob {
  const view = (shape: Shape): BlobShape => mergedAround(shape, rows);
  const shape = axes.reduce((sizes, { axis, size }) => withSize(sizes, axis, size), source.shape);
  const stepOf = (axis: number): number => axes.find((each) => each.axis === axis)?.step ?? 1;
  const strides = { stride_w: stepOf(rows + 1), stride_h: stepOf(rows) };
  const params = { pooling_type: 0, kernel_w: 1, kernel_h: 1, ...strides, pad_mode: 1 };
  return { blob: node.layer('Pooling', [node.view(source.blob, view(source.shape))], params, view(shape)), shape };
}
