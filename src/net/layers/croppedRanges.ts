import { notSet } from './notSet.ts';
import { axisIn, type ShapeCall } from './shapeRule.ts';

/**
 * The first element and the size on each axis of the range that a Crop with one bottom selects; `undefined` if its parameters do not
 * determine it.
 */
export function croppedRanges({
  bottoms: [bottom, second],
  number,
  numbers,
  text,
}: ShapeCall): readonly { readonly start: number; readonly size: number }[] | undefined {
  if (bottom === undefined || second !== undefined) return undefined;
  if (['starts_expr', 'ends_expr', 'axes_expr'].some((name) => text(name) !== '')) return undefined;
  const [starts, ends, axes] = [numbers('starts'), numbers('ends'), numbers('axes')];
  const ranges = bottom.map((size) => ({ start: 0, size }));
  if (starts.length > 0 && ends.length > 0) {
    const chosen = axes.length === 0 ? bottom.map((_, axis) => axis) : axes;
    for (const [index, signedAxis] of chosen.entries()) {
      const axis = axisIn(bottom, signedAxis);
      if (axis === undefined) return undefined;
      const whole = bottom[axis] ?? 0;
      const start = starts[index] === notSet ? 0 : (starts[index] ?? 0);
      const end = ends[index] === notSet ? whole : (ends[index] ?? 0);
      const first = start >= 0 ? start : whole + start;
      ranges[axis] = { start: first, size: Math.min(whole, end > 0 ? end : whole + end) - first };
    }
  } else {
    const letters = [['w'], ['h', 'w'], ['c', 'h', 'w'], ['c', 'd', 'h', 'w']][bottom.length - 1] ?? [];
    for (const [axis, letter] of letters.entries()) {
      const start = number(`${letter}offset`);
      const remaining = (bottom[axis] ?? 0) - start - number(`${letter}offset2`);
      const requested = number(`out${letter}`);
      ranges[axis] = { start, size: requested === notSet ? remaining : Math.min(requested, remaining) };
    }
  }
  const inside = ranges.every(({ start, size }, axis) => start >= 0 && size > 0 && start + size <= (bottom[axis] ?? 0));
  return inside ? ranges : undefined;
}
