import type { Shape } from '../ir/dimension.ts';
import type { LayoutRule } from '../ir/layoutRule.ts';
import { OperatorError, type OperatorNode } from '../ir/operator.ts';
import { operators } from '../ops/index.ts';

/** How layouts propagate through a node, given the shape of its first result; `undefined` if they do not. */
export function layoutRuleOf(node: OperatorNode, result: Shape): LayoutRule | undefined {
  try {
    return operators.get(node.operator)?.layout?.(node, result);
  } catch (error) {
    if (error instanceof OperatorError) return undefined;
    throw error;
  }
}
