import { OperatorError } from '../../../../graph/ir/operator.ts';
import type { ViewStep } from '../../values/tensor.ts';
import type { AtenCall } from '../call.ts';
import type { SizeArgument } from '../callGraph.ts';

/** A view of the whole tensor. */
export const sameElements: ViewStep = { read: (base) => base, write: (_, view) => view, isContiguous: true };

/** The tensor with another shape; a copy instead of a view if its elements are not contiguous. */
export function reshaped(call: AtenCall, sizes: readonly SizeArgument[]): ViewStep {
  const step: ViewStep = { read: (base) => call.resize(base, sizes), isContiguous: true };
  const { isContiguous } = call.tensor('self');
  return isContiguous ? { ...step, write: (base, view) => call.resizeLike(view, base) } : step;
}

/** The tensor with permuted axes. */
export function permutedView(call: AtenCall, perm: readonly number[]): ViewStep {
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  return {
    read: (base) => call.transpose(base, perm),
    write: (_, view) => call.transpose(view, inverse),
    isContiguous: perm.every((axis, place) => axis === place),
  };
}

/** The entries of one axis from `start` to `end`, exclusive; neither is negative if the size of the axis is known. */
export function sliced(call: AtenCall, axis: number, start: SizeArgument, end: SizeArgument, step = 1): ViewStep {
  return {
    read: (base) => sliceOf(call, base, axis, start, end, step),
    write: (base, view) => replaceSlice(call, base, view, axis, start, end, step),
    isContiguous: axis === 0 && step === 1,
  };
}

/** One entry of an axis, without the axis. */
export function selected(call: AtenCall, axis: number, index: number): ViewStep {
  return {
    read: (base) => call.emit('Gather', [base, call.scalar(index, 'int64')], { axis }),
    write: (base, view) => replaceSlice(call, base, call.unsqueeze(view, [axis]), axis, index, index + 1, 1),
    isContiguous: axis === 0,
  };
}

/** Consecutive ranges of the given sizes along one axis. */
export function pieces(call: AtenCall, axis: number, sizes: readonly number[]): readonly ViewStep[] {
  const splits = new Map<string, readonly string[]>();
  const split = (base: string): readonly string[] => {
    const known = splits.get(base);
    if (known !== undefined) return known;
    const parts = sizes.length === 1 ? [base] : call.emitAll('Split', [base, call.integers(sizes)], sizes.length, { axis });
    splits.set(base, parts);
    return parts;
  };
  let start = 0;
  return sizes.map((size, place): ViewStep => {
    const first = start;
    start += size;
    return {
      read: (base) => split(base)[place] ?? '',
      write: (base, view) => replaceSlice(call, base, view, axis, first, first + size, 1),
      isContiguous: axis === 0,
    };
  });
}

function sliceOf(call: AtenCall, base: string, axis: number, start: SizeArgument, end: SizeArgument, step: number): string {
  if (step === 1 && start === 0 && typeof end === 'number' && end === call.shapeOf(base)[axis]) return base;
  if (step === 1 && start === 0 && end === Number.MAX_SAFE_INTEGER) return base;
  return call.emit('Slice', [base, call.sizeVector([start]), call.sizeVector([end]), call.integers([axis]), call.integers([step])]);
}

/** A tensor with the entries of a slice replaced. */
function replaceSlice(
  call: AtenCall,
  base: string,
  slice: string,
  axis: number,
  start: SizeArgument,
  end: SizeArgument,
  step: number,
): string {
  if (typeof start !== 'number' || typeof end !== 'number')
    throw new OperatorError('shape', 'a slice that is written depends on dynamic axes');
  const size = call.sizeOfAxis(base, axis);
  const [first, last] = [clampIndex(start, size), clampIndex(end, size)];
  if (first >= last) return base;
  if (step === 1) {
    const before = first === 0 ? [] : [call.slice(base, axis, 0, first)];
    const after = last === size ? [] : [call.slice(base, axis, last, size)];
    return before.length + after.length === 0 ? slice : call.emit('Concat', [...before, slice, ...after], { axis });
  }
  // The entries of the tensor are followed by their replacements.
  const both = call.emit('Concat', [base, slice], { axis });
  const places = Array.from({ length: size }, (_, place) =>
    place >= first && place < last && (place - first) % step === 0 ? size + (place - first) / step : place,
  );
  return call.emit('Gather', [both, call.integers(places)], { axis });
}

/** An index into an axis of known size, counted from the front and clamped. */
export function clampIndex(index: number, size: number): number {
  return Math.max(0, Math.min(size, index < 0 ? index + size : index));
}
