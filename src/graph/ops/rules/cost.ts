import { elementCount, isStatic } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import type { Operator, OperatorNode } from '../../ir/operator.ts';

/** Elements of a result; 0 where its shape depends on values. */
export function resultSize(results: readonly ValueType[], index = 0): number {
  const shape = results[index]?.shape;
  return shape !== undefined && isStatic(shape) ? elementCount(shape) : 0;
}

/** Elements of an operand; 0 where it is left out. */
export function operandSize(node: OperatorNode, index: number): number {
  return node.constant(index)?.size ?? 0;
}

/** Size of an axis of an operand, counted from the end where it is negative; 1 where there is none. */
export function axisSize(node: OperatorNode, index: number, axis: number): number {
  return node.constant(index)?.shape.at(axis) ?? 1;
}

/** A convolution: each element of the result takes the taps of one output channel, on axis 0 of the weight. */
export function convolutionCost(weight = 1, stepsPerTap = 1): NonNullable<Operator['cost']> {
  return (node, results) => (resultSize(results) * stepsPerTap * operandSize(node, weight)) / Math.max(1, axisSize(node, weight, 0));
}

/** A matrix product: each element of the result takes the last axis of the left operand. */
export const productCost: NonNullable<Operator['cost']> = (node, results) => {
  const dtype = node.constant(0)?.dtype;
  return resultSize(results) * axisSize(node, 0, -1) * (dtype === 'int64' || dtype === 'uint64' ? bigintSteps : 1);
};

/** Steps that one of a 64-bit integer takes. */
const bigintSteps = 16;

/** A stable sort of so many elements, with a comparison of so many steps. */
export function sortCost(count: number, steps = 1): number {
  return stepsPerComparison * steps * count * Math.log2(count + 2);
}

const stepsPerComparison = 8;
