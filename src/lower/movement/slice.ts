import { fixShapes, pinOrFixShapes } from '../../diagnostics/remedies.ts';
import { type Dimension, formatDimension, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { resolveSlice, type SliceBound, sliceBounds } from '../../graph/ops/movement/slice.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { type CropRange, cropped, toTheEnd } from './crop.ts';
import { operandBlob, type TensorBlob } from './grouping.ts';
import { flipped, type Stride, strided } from './take.ts';
import { type Thinning, thinnedBlob } from './thin.ts';

/** `Slice`. */
export const sliceLowerings: LoweringFamily = {
  Slice: (node) => {
    const source = operandBlob(node, 0);
    const bounds = sliceBounds(node, source.shape.length);
    if (bounds === undefined) throw new OperatorError('unsupported', 'the axes and steps are computed when the net runs');
    node.define(0, slicedBy(node, source, bounds, node.outputShape()).blob);
  },
};

function slicedBy(node: LoweringNode, source: TensorBlob, bounds: readonly SliceBound[], result: Shape): TensorBlob {
  const before: number[] = [];
  const crops: CropRange[] = [];
  const after: number[] = [];
  const thinned: Thinning[] = [];
  const strides: Stride[] = [];
  for (const bound of bounds) {
    const { axis } = bound;
    const size = source.shape[axis] ?? 1;
    const slice = typeof size === 'number' ? resolveSlice(size, bound) : undefined;
    if (slice === undefined || typeof size !== 'number') {
      const open = openSlice(bound, size, result[axis] ?? 1);
      if (open.flip !== 'none') before.push(axis);
      if (open.flip === 'and-back') after.push(axis);
      if (open.range !== undefined) crops.push(open.range);
      if (open.step > 1) thinned.push({ axis, step: open.step, size: result[axis] ?? 1 });
      continue;
    }
    const { start, step, size: count } = slice;
    if (step < 0) before.push(axis);
    strides.push({ axis, start: step > 0 ? start : size - 1 - start, step: Math.abs(step), count });
  }
  const range = flipped(node, cropped(node, flipped(node, source, before), crops), after);
  return strided(node, thinnedBlob(node, range, thinned), strides);
}

/** A slice of unknown size: whether the axis is flipped (and back), the range to crop, and the step. */
interface OpenSlice {
  readonly flip: 'none' | 'once' | 'and-back';
  readonly range: CropRange | undefined;
  readonly step: number;
}

/** Bounds beyond this mean "to the end". */
const beyond = 2 ** 31 - 1;

/**
 * A slice of a dynamic axis, or between bounds that are sizes of dynamic axes, if ncnn computes it correctly for every size. ONNX clamps a
 * start before the first element, while Crop only clamps an end after the last. Bounds that count from the end are therefore cropped from
 * the flipped axis.
 */
function openSlice(bound: SliceBound, size: Dimension, result: Dimension): OpenSlice {
  const { axis, start, step } = bound;
  const last = step > 0 ? beyond : -beyond;
  const isWhole = bound.end === size || (typeof bound.end === 'number' && (step > 0 ? bound.end >= last : bound.end <= last));
  const end = isWhole ? undefined : bound.end;
  if (start === undefined || (end === undefined && !isWhole)) {
    throw new OperatorError('unsupported', `the bounds of axis ${axis} are computed when the net runs`, pinOrFixShapes);
  }
  const keep = (from: Dimension, to: Dimension | undefined): CropRange | undefined =>
    from === 0 && to === undefined
      ? undefined
      : { axis, start: from, end: to, size: Math.abs(step) === 1 ? result : `(kept(${size},${from},${to}))` };
  const isBackward = (bound: Dimension | undefined): bound is number => typeof bound === 'number' && bound < 0;
  if (step < 0) {
    const from = typeof start === 'number' && start >= beyond ? 0 : isBackward(start) ? -1 - start : undefined;
    if (from !== undefined && typeof end !== 'string')
      return { flip: 'once', range: keep(from, end === undefined ? end : -1 - end), step: -step };
  } else if (isBackward(start)) {
    if (start === -1 && end === undefined) return { flip: 'none', range: keep(-1, undefined), step };
    if (step === 1 && (end === undefined || isBackward(end)))
      return { flip: 'and-back', range: keep(end === undefined ? 0 : -end, -start), step };
  } else if (end !== 0 && isExact(start) && isExact(end)) return { flip: 'none', range: keep(start, end), step };
  throw new OperatorError(
    'unsupported',
    `axis ${axis} has the dynamic size ${formatDimension(size)}, and ncnn cannot take ${formatRange(bound)} of it for every size`,
    fixShapes,
  );
}

/** Whether Crop accepts a bound unchanged: its numbers have 31 bits, and -233 has a special meaning. */
function isExact(bound: Dimension | undefined): boolean {
  return typeof bound !== 'number' || (bound !== toTheEnd && Math.abs(bound) < beyond);
}

/** A range in Python's notation: `2::2`. */
function formatRange({ start = '?', end = '?', step }: SliceBound): string {
  const text = (size: Dimension): string => (typeof size === 'number' && Math.abs(size) >= beyond ? '' : formatDimension(size));
  return `[${text(start)}:${text(end)}${step === 1 ? '' : `:${step}`}]`;
}
