import { cutBefore } from '../../diagnostics/remedies.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { LoweringNode } from '../node.ts';
import { mergedAround } from '../views.ts';
import { joinedAlong } from './concat.ts';
import { cropped } from './crop.ts';
import { compactGrouping, exposing, groupedShape, groupOf, overAxes, type TensorBlob, withSize } from './grouping.ts';

/** Maximum number of runs. Beyond it, a net would consist mostly of Slice tops. */
const maxRuns = 16384;

/** The elements `start`, `start + step` … of an axis, `count` of them. `step` is at least 1. */
export interface Stride {
  readonly axis: number;
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** Takes the listed elements of one axis, in the given order. The size of the axis must be known. */
export function taken(node: LoweringNode, source: TensorBlob, axis: number, indices: readonly number[]): TensorBlob {
  const size = source.shape[axis];
  if (typeof size !== 'number') throw dynamicAxisError(axis);
  const [start = 0, second = start + 1] = indices;
  const step = indices.length === 1 ? 1 : second - start;
  if (step !== 0 && indices.every((entry, place) => entry === start + place * step)) {
    if (step > 0) return strided(node, source, [{ axis, start, step, count: indices.length }]);
    return strided(node, flipped(node, source, [axis]), [{ axis, start: size - 1 - start, step: -step, count: indices.length }]);
  }
  const runs = runsOf(indices);
  const pieces = piecesOf(node, source, axis, runs);
  return joinedAlong(node, pieces, axis);
}

/** Takes every `step`-th element of some axes. */
export function strided(node: LoweringNode, source: TensorBlob, strides: readonly Stride[]): TensorBlob {
  const plain = strides.map((stride) => (stride.count === 1 ? { ...stride, step: 1 } : stride));
  const windows = plain.map(({ axis, start, step, count }) => {
    // A window of whole steps around the elements, shifted towards the front if it would extend beyond the end.
    const length = count * step;
    const size = Number(source.shape[axis]);
    const shift = step === 1 ? 0 : Math.min(start, step - 1, Math.max(0, start + length - size));
    return { axis, step, count, shift, start: start - shift, length };
  });
  const missing = windows.map(({ axis, start, length }) => ({ axis, after: Math.max(0, start + length - Number(source.shape[axis])) }));
  let current = source;
  for (const { axis, after } of missing) if (after > 0) current = appendZeros(node, current, axis, after);
  current = cropped(
    node,
    current,
    windows.map(({ axis, start, length }) => ({ axis, start, end: start + length, size: length })),
  );
  const split = windows.filter(({ step }) => step > 1).sort((left, right) => right.axis - left.axis);
  if (split.length === 0) return current;
  let shape = [...current.shape];
  let crops: { axis: number; start: number; end: number; size: number }[] = [];
  for (const { axis, step, count, shift } of split) {
    shape = [...shape.slice(0, axis), count, step, ...shape.slice(axis + 1)];
    crops = [{ axis: axis + 1, start: shift, end: shift + 1, size: 1 }, ...crops.map((part) => ({ ...part, axis: part.axis + 1 }))];
  }
  const thinned = cropped(node, { blob: current.blob, shape }, crops);
  return { blob: thinned.blob, shape: current.shape.map((size, axis) => split.find((window) => window.axis === axis)?.count ?? size) };
}

/** Flips some axes of a tensor. */
export function flipped(node: LoweringNode, source: TensorBlob, axes: readonly number[]): TensorBlob {
  return overAxes(
    node,
    source,
    axes.filter((axis) => source.shape[axis] !== 1),
    (blob, placed, top, shape) => ({
      blob: node.layer('Flip', [blob], { axes: placed.map(({ at }) => at) }, top(shape)),
      shape,
    }),
  );
}

/** Appends zeros to an axis. */
export function appendZeros(node: LoweringNode, source: TensorBlob, axis: number, count: number): TensorBlob {
  const grouping = compactGrouping(source.shape, new Set([axis]));
  const at = groupOf(grouping, axis);
  const shape = withSize(source.shape, axis, Number(source.shape[axis]) + count);
  if (at < grouping.length - 2) {
    // Padding works on the last two axes, so the axes after this one are merged. A Reshape may have to split them again.
    const x = node.view(source.blob, mergedAround(source.shape, axis));
    return { blob: node.layer('Padding', [x], { bottom: count }, mergedAround(shape, axis)), shape };
  }
  const blob = node.view(source.blob, groupedShape(source.shape, grouping));
  const params = at === grouping.length - 1 ? { right: count } : { bottom: count };
  return { blob: node.layer('Padding', [blob], params, groupedShape(shape, grouping)), shape };
}

interface Run {
  readonly start: number;
  readonly size: number;
}

/** Groups adjacent indices that increase by one into runs. Throws `OperatorError` if there are too many runs. */
function runsOf(indices: readonly number[]): readonly Run[] {
  const runs: { start: number; size: number }[] = [];
  for (const index of indices) {
    const last = runs.at(-1);
    if (last !== undefined && last.start + last.size === index) last.size++;
    else runs.push({ start: index, size: 1 });
    if (runs.length > maxRuns) {
      throw new OperatorError('unsupported', `the indices fall into more than ${maxRuns} separate runs`, {
        ...cutBefore,
        hint: 'Export the model so that it takes contiguous ranges, or cut the graph before this node.',
      });
    }
  }
  return runs;
}

/** Memory of a segment, in elements. */
const elementsPerSegment = 64;

/** Each run as a tensor: with Crop layers for a few runs, otherwise with one Slice that cuts wherever a run begins or ends. */
function piecesOf(node: LoweringNode, source: TensorBlob, axis: number, runs: readonly Run[]): readonly TensorBlob[] {
  const distinct = new Map(runs.map((run) => [`${run.start}:${run.size}`, run]));
  if (distinct.size <= 3) {
    const cropsByRun = new Map(
      [...distinct].map(([key, { start, size }]) => [key, cropped(node, source, [{ axis, start, end: start + size, size }])]),
    );
    return runs.flatMap(({ start, size }) => cropsByRun.get(`${start}:${size}`) ?? []);
  }
  const end = Number(source.shape[axis]);
  const cuts = [...new Set([0, end, ...runs.flatMap(({ start, size }) => [start, start + size])])].sort((left, right) => left - right);
  const sizes = cuts.slice(1).map((cut, index) => cut - (cuts[index] ?? 0));
  node.reserve(elementsPerSegment * sizes.length);
  const segments = slicedBlob(node, source, axis, sizes);
  const places = new Map(cuts.map((cut, index) => [cut, index]));
  return runs.flatMap(({ start, size }) => segments.slice(places.get(start), places.get(start + size)));
}

/** Slices a tensor along an axis into parts of the given sizes, with one Slice layer. */
export function slicedBlob(node: LoweringNode, source: TensorBlob, axis: number, sizes: readonly number[]): readonly TensorBlob[] {
  const isolated = new Set([axis]);
  const grouping = exposing(source, isolated) ?? compactGrouping(source.shape, isolated);
  const blob = node.view(source.blob, groupedShape(source.shape, grouping));
  const shapes = sizes.map((size) => withSize(source.shape, axis, size));
  const tops = shapes.map((shape) => groupedShape(shape, grouping));
  const blobs = node.layers('Slice', [blob], { slices: [...sizes], axis: groupOf(grouping, axis) }, tops);
  return blobs.flatMap((top, index) => {
    const shape = shapes[index];
    return shape === undefined ? [] : [{ blob: top, shape }];
  });
}

export function dynamicAxisError(axis: number): OperatorError {
  return new OperatorError('shape', `the size of axis ${axis} must be known here, but it is dynamic`);
}
