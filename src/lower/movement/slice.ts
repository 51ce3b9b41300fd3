import { fixShapes, pinOrFixShapes } from '../../diagnostics/remedies.ts';
import type { Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { resolveSlice, type SliceBound, sliceBounds } from '../../graph/ops/movement/slice.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { cropped, type Kept } from './crop.ts';
import { operandBlob, type TensorBlob } from './grouping.ts';
import { flipped, type Stride, strided } from './take.ts';

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
  const crops: Kept[] = [];
  const strides: Stride[] = [];
  const flips: number[] = [];
  for (const bound of bounds) {
    const { axis } = bound;
    const size = source.shape[axis] ?? 1;
    if (typeof size === 'string') {
      const kept = freeSlice(bound, size, result);
      if (kept === 'flipped') flips.push(axis);
      else if (kept !== 'whole') crops.push(kept);
      continue;
    }
    const slice = resolveSlice(size, bound);
    if (slice === undefined) {
      throw new OperatorError('unsupported', `the bounds of axis ${axis} are computed when the net runs`, pinOrFixShapes);
    }
    const { start, step, size: count } = slice;
    if (step > 0) strides.push({ axis, start, step, count });
    else {
      flips.push(axis);
      strides.push({ axis, start: size - 1 - start, step: -step, count });
    }
  }
  // What is cropped first need not be flipped.
  return strided(node, flipped(node, cropped(node, source, crops), flips), strides);
}

/** A slice of a free axis, as far as ncnn's Crop does the same for every size the axis may have. */
function freeSlice({ axis, start, end, step }: SliceBound, size: string, result: Shape): Kept | 'whole' | 'flipped' {
  const whole = end === size || (typeof end === 'number' && end >= 2 ** 31 - 1);
  if (step === 1 && start === 0 && whole) return 'whole';
  if (step === -1 && start === -1 && typeof end === 'number' && end <= 1 - 2 ** 31) return 'flipped';
  const plain = step === 1 && typeof start === 'number' && (whole || typeof end === 'number');
  // ONNX clamps a start before the first entry, Crop does not; -1 is always there. An end of -233 would mean another thing.
  if (!plain || start < -1 || end === -233 || end === 0 || Math.abs(start) >= 2 ** 31) {
    throw new OperatorError(
      'unsupported',
      `axis ${axis} is free, and ncnn cannot take [${start}:${end}:${step}] of it for every size`,
      fixShapes,
    );
  }
  return { axis, start, end: whole ? undefined : Number(end), size: result[axis] ?? 1 };
}
