import { type Shape, sum } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';
import {
  alignedGrouping,
  compactGrouping,
  type Grouping,
  groupedShape,
  groupOf,
  hasView,
  leadingGrouping,
  operandBlob,
  type TensorBlob,
  withSize,
} from './grouping.ts';

/** `Concat`. Empty operands are omitted. */
export const concatLowerings: LoweringFamily = {
  Concat: (node) => {
    const axis = node.axis(node.int('axis'), node.outputShape().length);
    const shape = node.outputShape();
    const parts = node.inputs().flatMap((_, index) => {
      const own = node.shape(index);
      if (own.includes(0)) return [];
      return [{ ...operandBlob(node, index), shape: own }];
    });
    // All other axes have equal sizes, but not every operand has the same symbol for them.
    node.define(0, joinedAlong(node, parts, axis, shape).blob);
  },
};

/** Concatenates tensors along an axis, in the view that needs the fewest Reshape layers. */
export function joinedAlong(node: LoweringNode, parts: readonly TensorBlob[], axis: number, reference?: Shape): TensorBlob {
  const [first] = parts;
  if (first === undefined) throw new OperatorError('unsupported', 'no inputs to concatenate');
  if (parts.length === 1) return first;
  const shape = withSize(reference ?? first.shape, axis, sum(parts.map((part) => part.shape[axis] ?? 1)));
  const { grouping, shown = grouping } = cheapestGrouping(parts, shape, axis);
  const bottoms = parts.map((part) => node.view(part.blob, groupedShape(part.shape, grouping)));
  const blob = node.layer('Concat', bottoms, { axis: groupOf(grouping, axis) }, groupedShape(shape, grouping));
  return { blob: node.view(blob, groupedShape(shape, shown)), shape };
}

/** How operands are grouped, and the result, where its axes are to be grouped in another way. */
interface JoinedGrouping {
  readonly grouping: Grouping;
  readonly shown?: Grouping;
}

function cheapestGrouping(parts: readonly TensorBlob[], shape: Shape, axis: number): JoinedGrouping {
  const isolated = new Set([axis]);
  const first = alignedGrouping(shape, defaultBlobShape(shape), isolated);
  const candidates = new Map<string, Grouping>(first === undefined ? [] : [[String(first), first]]);
  // Most parts have the same stored shape, so a sample is enough.
  for (const part of parts.slice(0, 64)) {
    const grouping = alignedGrouping(part.shape, part.blob.shape, isolated);
    if (grouping !== undefined) candidates.set(String(grouping), grouping);
  }
  const compact = compactGrouping(shape, isolated);
  candidates.set(String(compact), compact);
  const costOf = (grouping: Grouping): number => parts.filter((part) => !hasView(part, groupedShape(part.shape, grouping))).length;
  const costs = [...candidates.values()].map((grouping) => ({ grouping, cost: costOf(grouping) }));
  const best = costs.reduce((least, other) => (other.cost < least.cost ? other : least));
  // A stack joins blobs as they are: its result takes the one Reshape that each of its operands would take.
  const [part] = parts;
  const stacked = part && leadingGrouping(part.shape, part.blob.shape, axis);
  return stacked !== undefined && costOf(stacked) + 1 < best.cost ? { grouping: stacked, shown: best.grouping } : best;
}
