import type { Dimension } from '../../ir/dimension.ts';
import type { Operator, OperatorFamily } from '../../ir/operator.ts';
import { elementwise } from '../rules/elementwise.ts';
import { broadcastOperands, compareElements, type Element } from './broadcast.ts';
import { withSizes } from './sizes.ts';

/** Comparisons; the result is bool, and false where an operand is NaN. */
export const comparisonOperators: OperatorFamily = {
  Equal: {
    ...elementwise,
    infer: (node) => [withSizes({ dtype: 'bool', shape: broadcastOperands(node) }, node, equalSizes)],
    evaluate: (_node, [a, b]) => (a && b ? [compareElements(a, b, (left, right) => left === right)] : []),
  },
  Less: comparison((a, b) => a < b),
  LessOrEqual: comparison((a, b) => a <= b),
  Greater: comparison((a, b) => a > b),
  GreaterOrEqual: comparison((a, b) => a >= b),
};

function comparison(holds: (left: Element, right: Element) => boolean): Operator {
  return {
    ...elementwise,
    infer: (node) => [{ dtype: 'bool', shape: broadcastOperands(node) }],
    evaluate: (_node, [a, b]) => (a && b ? [compareElements(a, b, holds)] : []),
  };
}

/** 1 or 0 where it is certain: a free axis is never negative, which is what Expand is asked about with -1. */
function equalSizes(left: Dimension, right: Dimension): Dimension | undefined {
  if (left === right) return 1;
  if (typeof left === 'number' && typeof right === 'number') return 0;
  return (typeof left === 'number' && left < 0) || (typeof right === 'number' && right < 0) ? 0 : undefined;
}
