import { OperatorError } from '../../graph/ir/operator.ts';
import { type LengthGuard, lengthGuard } from '../../graph/ops/normalization/unitLength.ts';
import { weightOf } from '../../net/weight.ts';
import type { DraftBlob } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { mergedAround } from '../views.ts';

/** `ncnn:UnitLength` becomes Normalize. */
export const unitLengthLowerings: LoweringFamily = {
  'ncnn:UnitLength': (node) => node.define(0, unitLength(node, { guard: lengthGuard(node), epsilon: node.float('epsilon') })),
};

/** Normalize's codes for how to avoid division by 0. */
const modes = { sum: 0, norm: 1, square: 2 } as const;

/**
 * Divides the vectors along the node's axis by their length: across the channels, with all later axes merged, or within each channel.
 * Throws if there are axes both before and after it.
 */
export function unitLength(node: LoweringNode, { guard, epsilon }: { readonly guard: LengthGuard; readonly epsilon: number }): DraftBlob {
  const shape = node.shape(0);
  const [before, size, after] = mergedAround(shape, node.axis(node.int('axis', -1), shape.length));
  const common = { channel_shared: 1, eps: epsilon, eps_mode: modes[guard], scale_data_size: 1 };
  const scale = [weightOf([1])];
  if (before === 1) {
    const stored = node.storedShape(0);
    const view = stored?.length === 3 && stored[0] === size ? stored : [size, 1, after];
    return node.layer('Normalize', [node.blob(0, view)], { ...common, across_spatial: 0, across_channel: 1 }, view, scale);
  }
  if (after !== 1)
    throw new OperatorError('unsupported', 'ncnn normalizes across channels or within each channel, not along an axis between');
  const view = [before, 1, size];
  return node.layer('Normalize', [node.blob(0, view)], { ...common, across_spatial: 1, across_channel: 0 }, view, scale);
}
