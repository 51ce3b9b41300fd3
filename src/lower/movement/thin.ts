import type { Dimension, Shape } from '../../graph/ir/dimension.ts';
import type { BlobShape } from '../../net/net.ts';
import type { LoweringNode } from '../node.ts';
import { mergedAround } from '../views.ts';
import { type TensorBlob, withSize } from './grouping.ts';

/** Of an axis of any size every `step`-th entry, from the first one on. */
export interface Thinning {
  readonly axis: number;
  readonly step: number;
  readonly size: Dimension;
}

/** The tensor with only every so many-th entry of some axes, by Pooling with windows of one element: it strides over sizes it finds. */
export function thinnedBlob(node: LoweringNode, source: TensorBlob, axes: readonly Thinning[]): TensorBlob {
  const last = source.shape.length - 1;
  // The last two axes at once, with all others in front as channels.
  const inPlane = axes.filter(({ axis }) => last > 0 && axis >= last - 1);
  const plane = inPlane.length === 0 ? source : pooled(node, source, last - 1, inPlane);
  return axes.filter((each) => !inPlane.includes(each)).reduce((current, each) => pooled(node, current, each.axis, [each]), plane);
}

/** A Pooling of the tensor seen as channels, rows and columns, with strides over rows and, where these are the last two axes, over columns. */
function pooled(node: LoweringNode, source: TensorBlob, rows: number, axes: readonly Thinning[]): TensorBlob {
  const view = (shape: Shape): BlobShape => mergedAround(shape, rows);
  const shape = axes.reduce((sizes, { axis, size }) => withSize(sizes, axis, size), source.shape);
  const stepOf = (axis: number): number => axes.find((each) => each.axis === axis)?.step ?? 1;
  const strides = { stride_w: stepOf(rows + 1), stride_h: stepOf(rows) };
  const params = { pooling_type: 0, kernel_w: 1, kernel_h: 1, ...strides, pad_mode: 1 };
  return { blob: node.layer('Pooling', [node.view(source.blob, view(source.shape))], params, view(shape)), shape };
}
