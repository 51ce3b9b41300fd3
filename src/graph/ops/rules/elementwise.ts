import type { BatchRule } from '../../ir/batchRule.ts';
import type { LayoutRuleOf } from '../../ir/layoutRule.ts';
import type { OperatorFacts } from '../../ir/operatorFacts.ts';
import { axesOf, layoutOfFirst } from './frame.ts';

/** Each element of the result depends on the operand elements with the same index, with numpy broadcasting. */
const batch: BatchRule = (node, axes) => {
  const ranks = axes.map((_, index) => node.optionalInput(index)?.shape?.length ?? 0);
  const rank = ranks.reduce((max, rank) => Math.max(max, rank), 0);
  let found: number | undefined;
  for (const [index, axis] of axes.entries()) {
    if (axis === undefined) continue;
    const aligned = axis + rank - (ranks[index] ?? 0);
    if (found !== undefined && found !== aligned) return undefined;
    found = aligned;
  }
  if (found === undefined) return undefined;
  const batchAxis = found;
  // An operand that is the same for all samples must have size 1 on the batch axis, or lack that axis.
  const isClean = axes.every((axis, index) => {
    const shape = node.optionalInput(index)?.shape;
    const own = batchAxis - rank + (shape?.length ?? 0);
    return axis !== undefined || shape === undefined || own < 0 || shape[own] === 1;
  });
  return isClean ? batchAxis : undefined;
};

/** All operands broadcast to the shape of the result. */
const layout: LayoutRuleOf = (node, result) => {
  const rank = result.length;
  const inputs = node.inputs().map(({ shape }) => shape && axesOf(shape.length).map((axis) => axis + rank - shape.length));
  return inputs.includes(undefined) ? undefined : { rank, inputs, outputs: [axesOf(rank)], broadcasts: true, change: () => ({}) };
};

/** Facts of an operator that computes each element of the result from the operand elements with the same index. */
export const elementwise: OperatorFacts = { batch, layout };

/** Facts of an operator that computes each element of the results from the first operand; the other operands are scalars. */
export const elementwiseInFirst: OperatorFacts = { batch, layout: (node, result) => layoutOfFirst(node, result.length, () => ({})) };
