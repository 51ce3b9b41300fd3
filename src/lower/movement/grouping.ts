import { product, type Shape } from '../../graph/ir/dimension.ts';
import type { BlobShape } from '../../net/net.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';

/** A blob and the N-D shape of the tensor in it. Both have the same number of elements. */
export interface TensorBlob {
  readonly blob: DraftBlob;
  readonly shape: Shape;
}

/** For each blob axis, the range of tensor axes that it contains: [first, end). */
export type Grouping = readonly (readonly [number, number])[];

/** An operand in its stored shape. */
export function operandBlob(node: LoweringNode, index: number): TensorBlob {
  const shape = node.shape(index);
  const stored = node.isDynamic(index) ? node.storedShape(index) : undefined;
  return { blob: node.blob(index, stored ?? defaultBlobShape(shape)), shape };
}

export function groupedShape(shape: Shape, grouping: Grouping): BlobShape {
  return grouping.map(([first, end]) => product(shape.slice(first, end)));
}

/** The blob axis that contains a tensor axis. */
export function groupOf(grouping: Grouping, axis: number): number {
  return grouping.findIndex(([first, end]) => axis >= first && axis < end);
}

/**
 * How a blob of a given shape groups the tensor's axes. Axes in `isolated` may share their group only with axes of size 1. Returns `undefined`
 * if the shape does not fit.
 */
export function alignedGrouping(shape: Shape, blob: BlobShape, isolated: ReadonlySet<number>): Grouping | undefined {
  return groupingWhere(shape, blob, (first, end) => {
    const axes = axesIn(first, end);
    const marked = axes.filter((axis) => isolated.has(axis));
    return marked.length === 0 || (marked.length === 1 && axes.every((axis) => isolated.has(axis) || shape[axis] === 1));
  });
}

/**
 * How a blob of a given shape groups the tensor's axes if an axis may share its group with the axes behind it: what is joined along that
 * group is joined along the axis. Axes of free sizes do not share it, because a Reshape cannot split them again.
 */
export function leadingGrouping(shape: Shape, blob: BlobShape, axis: number): Grouping | undefined {
  return groupingWhere(shape, blob, (first, end) => {
    if (axis < first || axis >= end) return true;
    return axesIn(first, end).every((other) => (other < axis ? shape[other] === 1 : typeof shape[other] === 'number'));
  });
}

function axesIn(first: number, end: number): readonly number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}

/** The first grouping of the tensor's axes into those of a blob of which each group, a range of axes, fits. */
function groupingWhere(shape: Shape, blob: BlobShape, fits: (first: number, end: number) => boolean): Grouping | undefined {
  const search = (first: number, blobAxis: number): Grouping | undefined => {
    if (blobAxis === blob.length) return first === shape.length ? [] : undefined;
    for (let end = first; end <= shape.length; end++) {
      if (product(shape.slice(first, end)) !== blob[blobAxis] || !fits(first, end)) continue;
      const tail = search(end, blobAxis + 1);
      if (tail !== undefined) return [[first, end], ...tail];
    }
    return undefined;
  };
  return search(0, 0);
}

/**
 * The grouping with the fewest groups in which each axis in `isolated` has its own group. Dynamic axes are kept separate if four groups
 * suffice, because a Reshape cannot split them again.
 */
export function compactGrouping(shape: Shape, isolated: ReadonlySet<number>): Grouping {
  const separate = groupsBetween(shape, isolated, true);
  return separate.length <= 4 ? separate : groupsBetween(shape, isolated, false);
}

function groupsBetween(shape: Shape, isolated: ReadonlySet<number>, separatesDynamic: boolean): Grouping {
  const groups: [number, number][] = [];
  let first = 0;
  const close = (end: number): void => {
    if (shape.slice(first, end).some((size) => size !== 1)) groups.push([first, end]);
    first = end;
  };
  shape.forEach((size, axis) => {
    if (isolated.has(axis)) {
      close(axis);
      groups.push([axis, axis + 1]);
      first = axis + 1;
    } else if (separatesDynamic && typeof size === 'string' && hasDynamicAxis(shape.slice(first, axis))) close(axis);
  });
  close(shape.length);
  return groups.length === 0 ? [[0, shape.length]] : groups;
}

/** Whether any axis is dynamic. */
export function hasDynamicAxis(shape: Shape): boolean {
  return shape.some((size) => typeof size === 'string');
}

/** A grouping of at most four axes in which each axis in `isolated` has its own group: that of the stored shape if possible. */
export function exposing({ blob, shape }: TensorBlob, isolated: ReadonlySet<number>): Grouping | undefined {
  for (const view of [blob.shape, defaultBlobShape(shape)]) {
    const grouping = alignedGrouping(shape, view, isolated);
    if (grouping !== undefined) return grouping;
  }
  const compact = compactGrouping(shape, isolated);
  return compact.length <= 4 ? compact : undefined;
}

/** A tensor axis, and the blob axis that contains only this axis. */
export interface PlacedAxis {
  readonly axis: number;
  readonly at: number;
}

/** Adds one layer that changes the sizes of some axes of a tensor, and returns the result with its new sizes. */
export type AxesLayer = (blob: DraftBlob, axes: readonly PlacedAxis[], top: (shape: Shape) => BlobShape, shape: Shape) => TensorBlob;

/** Applies a layer to several independent axes: to all at once if a blob can show them, otherwise starting with the last ones. */
export function overAxes(
  node: LoweringNode,
  source: TensorBlob,
  axes: readonly number[],
  layer: AxesLayer,
  suits: (grouping: Grouping, axes: readonly number[]) => boolean = () => true,
): TensorBlob {
  let current = source;
  let remaining = [...axes].sort((a, b) => a - b);
  while (remaining.length > 0) {
    const [chosen, grouping] = maxAxes(current, remaining, suits);
    const blob = node.view(current.blob, groupedShape(current.shape, grouping));
    current = layer(
      blob,
      chosen.map((axis) => ({ axis, at: groupOf(grouping, axis) })),
      (shape) => groupedShape(shape, grouping),
      current.shape,
    );
    remaining = remaining.filter((axis) => !chosen.includes(axis));
  }
  return current;
}

function maxAxes(
  source: TensorBlob,
  axes: readonly number[],
  suits: (grouping: Grouping, axes: readonly number[]) => boolean,
): [readonly number[], Grouping] {
  for (let first = 0; first < axes.length - 1; first++) {
    const chosen = axes.slice(first);
    const isolated = new Set(chosen);
    for (const grouping of [exposing(source, isolated), compactGrouping(source.shape, isolated)]) {
      if (grouping !== undefined && grouping.length <= 4 && suits(grouping, chosen)) return [chosen, grouping];
    }
  }
  const last = axes.slice(-1);
  const grouping = exposing(source, new Set(last));
  if (grouping !== undefined && suits(grouping, last)) return [last, grouping];
  return [last, compactGrouping(source.shape, new Set(last))];
}

/** The shape with a different size on one axis. */
export function withSize(shape: Shape, axis: number, size: Shape[number]): Shape {
  return shape.map((other, index) => (index === axis ? size : other));
}

/** Whether a blob with this shape of the tensor already exists. */
export function hasView({ blob }: TensorBlob, shape: BlobShape): boolean {
  return blob.storage.view(shape) !== undefined;
}
