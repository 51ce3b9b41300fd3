import { notSet } from '../../notSet.ts';
import { axisOf, type BlobData, blobAxes, blobShapeOf, elements, extents, type Kernel, requireThat, reshapeBlob } from '../call.ts';
import { evaluateSizes } from './expression.ts';

/** Layers that only change the shape of a blob, or pass it on. */

export const reshapeKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  requireThat(call.number('input_batch_axis') === 233 && call.number('output_batch_axis') === 233, 'reshaping the batch is not supported');
  const expression = call.text('shape_expr');
  if (expression !== '') return [reshapeBlob(bottom, completed(bottom, [...evaluateSizes(expression, call.bottoms)].reverse()))];
  const { w, h, d, c } = extents(bottom);
  const sizes = { w: call.number('w'), h: call.number('h'), c: call.number('c'), d: call.number('d') };
  const dims = sizes.w === notSet ? 0 : sizes.h === notSet ? 1 : sizes.c === notSet ? 2 : sizes.d === notSet ? 3 : 4;
  requireThat(dims > 0, 'the sizes are missing');
  const target = blobShapeOf(dims, {
    w: sizes.w === 0 ? w : sizes.w,
    h: sizes.h === 0 ? h : sizes.h,
    d: sizes.d === 0 ? d : sizes.d,
    c: sizes.c === 0 ? c : sizes.c,
  });
  return [reshapeBlob(bottom, completed(bottom, target))];
};

/** Replaces the -1 in a shape, of which there may be one, with the size that it stands for. */
function completed(bottom: BlobData, target: readonly number[]): readonly number[] {
  const known = elements(target.filter((size) => size !== -1));
  requireThat(target.filter((size) => size === -1).length <= 1, 'more than one size is -1');
  return target.map((size) => (size === -1 ? Math.trunc(bottom.values.length / known) : size));
}

export const squeezeKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const dims = bottom.shape.length;
  const axes = call.numbers('axes').map((axis) => (axis < 0 ? axis + dims : axis));
  const names = blobAxes(dims);
  const chosen = (axis: number): boolean => (axes.length > 0 ? axes.includes(axis) : call.number(`squeeze_${names[axis]}`) !== 0);
  const squeezed = bottom.shape.filter((size, axis) => size !== 1 || !chosen(axis));
  return [reshapeBlob(bottom, squeezed.length > 0 ? squeezed : [1])];
};

export const expandDimsKernel: Kernel = (call) => {
  const bottom = call.bottom(0);
  const listed = call.numbers('axes');
  const dims = bottom.shape.length + listed.length;
  requireThat(dims <= 4, `the result would have ${dims} dims`);
  const axes = new Set(listed.map((axis) => axisOf(axis, dims)));
  requireThat(axes.size === listed.length, 'an axis is listed twice');
  const remaining = [...bottom.shape];
  return [
    reshapeBlob(
      bottom,
      Array.from({ length: dims }, (_, axis) => (axes.has(axis) ? 1 : (remaining.shift() ?? 1))),
    ),
  ];
};

export const deepCopyKernel: Kernel = (call) => [call.bottom(0)];

export const flattenKernel: Kernel = (call) => [reshapeBlob(call.bottom(0), [call.bottom(0).values.length])];

export const noopKernel: Kernel = (call) => Array.from({ length: call.topCount }, (_, index) => call.bottom(index));

export const splitKernel: Kernel = (call) => Array.from({ length: call.topCount }, () => call.bottom(0));
