import { broadcastSize, type Dimension, product, type Shape, sameShape } from '../graph/ir/dimension.ts';
import type { BlobShape } from '../net/net.ts';
import { defaultBlobShape } from './views.ts';

/** Two operand shapes of the same rank with which ncnn's BinaryOp broadcasts like numpy does with the N-D shapes. */
export interface Alignment {
  readonly left: BlobShape;
  readonly right: BlobShape;
  readonly result: BlobShape;
}

/** How the sizes of two operands on one axis relate. Axes with different relations never share a blob axis. */
type Relation = 'equal' | 'left' | 'right' | 'unsure';

interface Axis {
  readonly left: Dimension;
  readonly right: Dimension;
  readonly relation: Relation;
}

/**
 * Groups the axes of two operands so that at most four remain. ncnn broadcasts axes of size 1 between blobs of equal rank; with unequal
 * ranks it guesses from the sizes, so both operands get the same rank. Among the possible groupings, the one with the fewest reshaped
 * operands is chosen, given their stored shapes (`undefined`: a constant, or a blob that is available in any shape), and a matrix of rows
 * rather than more axes. Returns `undefined` if more than four axes would remain.
 */
export function alignShapes(left: Shape, right: Shape, storedLeft?: BlobShape, storedRight?: BlobShape): Alignment | undefined {
  const axes = pairAxes(left, right);
  const candidates: Alignment[] = [];
  const add = (groups: readonly (readonly Axis[])[] | undefined): void => {
    if (groups !== undefined && groups.length <= 4) candidates.push(alignment(groups));
  };
  if (storedLeft !== undefined) add(groupAs(axes, (axis) => axis.left, storedLeft));
  if (storedRight !== undefined) add(groupAs(axes, (axis) => axis.right, storedRight));
  add(groupAs(axes, resultSize, defaultBlobShape(axes.map(resultSize))));
  add(mergeAxes(axes));
  const cost = (candidate: Alignment): number =>
    Number(storedLeft !== undefined && !sameShape(storedLeft, candidate.left)) +
    Number(storedRight !== undefined && !sameShape(storedRight, candidate.right));
  const isBetter = (candidate: Alignment, best: Alignment): boolean =>
    cost(candidate) < cost(best) || (cost(candidate) === cost(best) && isSameRows(candidate.result, best.result));
  return candidates.reduce<Alignment | undefined>(
    (best, candidate) => (best === undefined || isBetter(candidate, best) ? candidate : best),
    undefined,
  );
}

/** Whether a blob is a matrix of the rows of another one. Linear layers read and write rows as a matrix. */
function isSameRows(matrix: BlobShape, other: BlobShape): boolean {
  return matrix.length === 2 && other.length > 2 && matrix[1] === other.at(-1);
}

/**
 * The tensor axes in each blob axis: contiguous runs with the same product, each accepted by `fits`. Returns `undefined` if there is no
 * such grouping.
 */
export function groupLike<T>(
  items: readonly T[],
  sizeOf: (item: T) => Dimension,
  blob: BlobShape,
  fits: (run: readonly T[]) => boolean,
): readonly (readonly T[])[] | undefined {
  const search = (first: number, at: number): readonly (readonly T[])[] | undefined => {
    if (at === blob.length) return first === items.length ? [] : undefined;
    for (let end = first; end <= items.length; end++) {
      const run = items.slice(first, end);
      if (product(run.map(sizeOf)) !== blob[at] || !fits(run)) continue;
      const tail = search(end, at + 1);
      if (tail !== undefined) return [run, ...tail];
    }
    return undefined;
  };
  return search(0, 0);
}

/** Pairs the axes from the right and omits those of size 1 in both shapes. */
function pairAxes(left: Shape, right: Shape): readonly Axis[] {
  const rank = Math.max(left.length, right.length);
  const axes: Axis[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const pair = { left: left[axis - rank + left.length] ?? 1, right: right[axis - rank + right.length] ?? 1 };
    if (pair.left !== 1 || pair.right !== 1) axes.push({ ...pair, relation: relate(pair.left, pair.right) });
  }
  return axes;
}

function relate(left: Dimension, right: Dimension): Relation {
  if (left === right) return 'equal';
  if (right === 1) return 'left';
  // A dynamic size against another size may turn out to be equal or 1.
  return left === 1 ? 'right' : 'unsure';
}

function resultSize({ left, right }: Axis): Dimension {
  return broadcastSize(left, right) ?? left;
}

/** Whether axes can be merged into one blob axis. */
function together(run: readonly Axis[]): boolean {
  const [first, ...rest] = run;
  return (
    first === undefined || rest.length === 0 || (first.relation !== 'unsure' && rest.every(({ relation }) => relation === first.relation))
  );
}

function groupAs(axes: readonly Axis[], sizeOf: (axis: Axis) => Dimension, blob: BlobShape): readonly (readonly Axis[])[] | undefined {
  return groupLike(axes, sizeOf, blob, together);
}

function mergeAxes(axes: readonly Axis[]): readonly (readonly Axis[])[] {
  const groups: Axis[][] = [];
  for (const axis of axes) {
    const last = groups.at(-1);
    if (last !== undefined && together([...last, axis])) last.push(axis);
    else groups.push([axis]);
  }
  return groups.length === 0 ? [[]] : groups;
}

function alignment(groups: readonly (readonly Axis[])[]): Alignment {
  return {
    left: groups.map((group) => product(group.map((axis) => axis.left))),
    right: groups.map((group) => product(group.map((axis) => axis.right))),
    result: groups.map((group) => product(group.map(resultSize))),
  };
}
