import type { LayoutRule } from '../../ir/layoutRule.ts';
import type { OperatorNode } from '../../ir/operator.ts';

/** The axes of a tensor: 0, 1, 2 … */
export function axesOf(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** The first operand and all results have the axes of the frame; the other operands do not change. */
export function layoutOfFirst(node: OperatorNode, rank: number, change: LayoutRule['change']): LayoutRule {
  return { rank, inputs: [axesOf(rank)], outputs: node.node.outputs.map(() => axesOf(rank)), broadcasts: false, change };
}
