import { product, type Shape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { transposeOrder } from '../../graph/ops/movement/transpose.ts';
import { permuteType } from '../../net/layers/permuteOrder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';
import { alignedGrouping, type Grouping, groupedShape, hasDynamicAxis, operandBlob, type TensorBlob } from './grouping.ts';

/** `Transpose`. */
export const transposeLowerings: LoweringFamily = {
  Transpose: (node) => {
    const source = operandBlob(node, 0);
    node.define(0, permuted(node, source, transposeOrder(node, source.shape.length)).blob);
  },
};

/**
 * Permutes the axes of a tensor. Axes that stay adjacent move as one. If more than four blocks remain, the permutation is split into a
 * sequence of moves with at most four blocks each.
 */
export function permuted(node: LoweringNode, source: TensorBlob, order: readonly number[]): TensorBlob {
  const shape = order.map((axis) => source.shape[axis] ?? 1);
  const separate = movingBlocks(source.shape, order, true);
  const blocks = separate.order.length <= 4 ? separate : movingBlocks(source.shape, order, false);
  if (blocks.order.every((block, index) => block === index)) return { blob: source.blob, shape };
  const shuffled = shuffledChannels(node, source, blocks);
  if (shuffled !== undefined) return { blob: shuffled, shape };
  const [direct] = [source.blob.shape, defaultBlobShape(source.shape)].flatMap((view) => {
    const grouping = alignedGrouping(source.shape, view, new Set());
    const groupOrder = grouping && orderOfGroups(grouping, source.shape, order);
    return grouping && groupOrder ? [{ grouping, groupOrder }] : [];
  });
  if (direct !== undefined) {
    const blob = node.view(source.blob, groupedShape(source.shape, direct.grouping));
    return { blob: permuteLayer(node, blob, direct.groupOrder), shape };
  }
  let { blob } = source;
  let sizes: Shape = blocks.sizes;
  for (const step of movesTo(blocks.order)) {
    const view = step.groups.map(([first, end]) => product(sizes.slice(first, end)));
    blob = permuteLayer(node, node.view(blob, view), step.order);
    sizes = step.order.flatMap((group) => sizes.slice(...(step.groups[group] ?? [0, 0])));
  }
  return { blob, shape };
}

/** Interleaves groups of a blob's channels with ShuffleChannel, which needs no view that separates the groups. */
function shuffledChannels(node: LoweringNode, { blob }: TensorBlob, { sizes, order }: MovingBlocks): TensorBlob['blob'] | undefined {
  const [groups, members, ...spatial] = sizes;
  const swapsFirst = order.every((block, place) => block === [1, 0][place] || (place > 1 && block === place));
  const channels = groups !== undefined && members !== undefined && swapsFirst ? product([groups, members]) : undefined;
  const image = blob.shape.length === 3 && spatial.length > 0;
  if (!image || typeof groups !== 'number' || channels === undefined || blob.shape[0] !== channels) return undefined;
  return node.layer('ShuffleChannel', [blob], { group: groups }, blob.shape);
}

/** A Permute layer: axis `i` of the result is axis `order[i]` of the blob. */
function permuteLayer(node: LoweringNode, blob: TensorBlob['blob'], order: readonly number[]): TensorBlob['blob'] {
  const shape = order.map((axis) => blob.shape[axis] ?? 1);
  return node.layer('Permute', [blob], { order_type: permuteType(order) }, shape);
}

interface MovingBlocks {
  /** In the original order. */
  readonly sizes: Shape;
  readonly order: readonly number[];
}

/**
 * The axes without those of size 1, with axes that stay adjacent merged, and the order of the remaining blocks. With `separatesDynamic`, dynamic
 * axes are not merged with each other, because a Reshape cannot split them again.
 */
function movingBlocks(shape: Shape, order: readonly number[], separatesDynamic: boolean): MovingBlocks {
  const real = order.filter((axis) => shape[axis] !== 1);
  const sorted = [...real].sort((left, right) => left - right);
  const ranks = real.map((axis) => sorted.indexOf(axis));
  const runs: number[][] = [];
  for (const rank of ranks) {
    const run = runs.at(-1);
    const sizeOf = (other: number): Shape[number] => shape[sorted[other] ?? 0] ?? 1;
    const mergesDynamic = separatesDynamic && hasDynamicAxis([sizeOf(rank)]) && hasDynamicAxis((run ?? []).map(sizeOf));
    if (run?.at(-1) === rank - 1 && !mergesDynamic) run.push(rank);
    else runs.push([rank]);
  }
  const firsts = runs.map((run) => run[0] ?? 0);
  const byPosition = [...runs].sort((left, right) => (left[0] ?? 0) - (right[0] ?? 0));
  return {
    sizes: byPosition.map((run) => product(run.map((rank) => shape[sorted[rank] ?? 0] ?? 1))),
    order: firsts.map((first) => byPosition.findIndex((run) => run[0] === first)),
  };
}

/** The order of whole groups that is equivalent to an order of axes; `undefined` if the order splits a group. */
function orderOfGroups(grouping: Grouping, shape: Shape, order: readonly number[]): readonly number[] | undefined {
  const groups: number[] = [];
  const places = order.filter((axis) => shape[axis] !== 1);
  let index = 0;
  while (index < places.length) {
    const group = grouping.findIndex(([first, end]) => (places[index] ?? -1) >= first && (places[index] ?? -1) < end);
    const [first, end] = grouping[group] ?? [0, 0];
    const members = Array.from({ length: end - first }, (_, offset) => first + offset).filter((axis) => shape[axis] !== 1);
    if (!members.every((axis, offset) => places[index + offset] === axis)) return undefined;
    groups.push(group);
    index += members.length;
  }
  const moving = [...groups];
  // Groups of size 1 keep their position.
  return grouping.map((_, group) => (groups.includes(group) ? (moving.shift() ?? group) : group));
}

interface Move {
  /** Runs of blocks that move as one. */
  readonly groups: readonly (readonly [number, number])[];
  readonly order: readonly number[];
}

/** The shortest sequence of moves, with at most four groups each, that results in an order of blocks. */
function movesTo(order: readonly number[]): readonly Move[] {
  const count = order.length;
  if (count <= 4) return [{ groups: order.map((_, index) => [index, index + 1]), order }];
  if (count > 7) {
    throw new OperatorError('unsupported', `the permutation needs ${count} independent axes; ncnn supports 4`);
  }
  const moves = movesOf(count);
  const start = order.map((_, index) => index);
  const goal = order.join();
  const reached = new Map<string, readonly Move[]>([[start.join(), []]]);
  let edge: (readonly number[])[] = [start];
  while (edge.length > 0) {
    const next: (readonly number[])[] = [];
    for (const state of edge) {
      const path = reached.get(state.join()) ?? [];
      for (const move of moves) {
        const moved = move.order.flatMap((group) => state.slice(...(move.groups[group] ?? [0, 0])));
        const key = moved.join();
        if (reached.has(key)) continue;
        reached.set(key, [...path, move]);
        if (key === goal) return [...path, move];
        next.push(moved);
      }
    }
    edge = next;
  }
  throw new OperatorError('unsupported', `no sequence of moves produces the order [${goal}]`);
}

/** All ways to split `count` blocks into up to four runs and to reorder the runs. */
function movesOf(count: number): readonly Move[] {
  const moves: Move[] = [];
  for (const groups of cuts(0, count, 4)) {
    for (const order of orders(groups.length)) {
      if (order.some((group, index) => group !== index)) moves.push({ groups, order });
    }
  }
  return moves;
}

function cuts(first: number, end: number, maxRuns: number): (readonly [number, number])[][] {
  if (first === end) return [[]];
  if (maxRuns === 0) return [];
  const found: (readonly [number, number])[][] = [];
  for (let cut = first + 1; cut <= end; cut++) {
    for (const tail of cuts(cut, end, maxRuns - 1)) found.push([[first, cut], ...tail]);
  }
  return found;
}

function orders(count: number): number[][] {
  if (count === 0) return [[]];
  return orders(count - 1).flatMap((order) => Array.from({ length: count }, (_, place) => order.toSpliced(place, 0, count - 1)));
}
