import type { Dimension } from '../../ir/dimension.ts';
import type { Operator, OperatorFamily, OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { elementwise } from '../rules/elementwise.ts';
import { broadcastOperands, compareElements, type Element } from './broadcast.ts';
import { withSizes } from './sizes.ts';

/** Comparisons, which are false if an operand is NaN, and the tests for NaN and infinity. */
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
  IsNaN: {
    ...elementwise,
    infer: (node) => [{ dtype: 'bool', shape: node.input(0).shape }],
    evaluate: (_node, [x]) => (x ? [flags(x, Number.isNaN)] : []),
  },
  IsInf: {
    ...elementwise,
    infer: (node) => [{ dtype: 'bool', shape: node.input(0).shape }],
    evaluate: (node, [x]) => (x ? [flags(x, infinite(node))] : []),
  },
};

function comparison(holds: (left: Element, right: Element) => boolean): Operator {
  return {
    ...elementwise,
    infer: (node) => [{ dtype: 'bool', shape: broadcastOperands(node) }],
    evaluate: (_node, [a, b]) => (a && b ? [compareElements(a, b, holds)] : []),
  };
}

/** 1 or 0 if the result is certain. A dynamic size is never negative, which decides the comparison with -1 in exported Expand shapes. */
function equalSizes(left: Dimension, right: Dimension): Dimension | undefined {
  if (left === right) return 1;
  if (typeof left === 'number' && typeof right === 'number') return 0;
  return (typeof left === 'number' && left < 0) || (typeof right === 'number' && right < 0) ? 0 : undefined;
}

function infinite(node: OperatorNode): (value: number) => boolean {
  const positive = node.int('detect_positive', 1) !== 0;
  const negative = node.int('detect_negative', 1) !== 0;
  return (value) => (positive && value === Infinity) || (negative && value === -Infinity);
}

function flags(x: Tensor, holds: (value: number) => boolean): Tensor {
  return Tensor.of(
    'bool',
    x.shape,
    Uint8Array.from(x.toFloat64(), (value) => Number(holds(value))),
  );
}
