import { elementCount, isStatic } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import type { Operator, OperatorNode } from '../../ir/operator.ts';

/** Number of elements in a result; 0 if its shape depends on values. */
export function resultSize(results: readonly ValueType[], index = 0): number {
  const shape = results[index]?.shape;
  return shape !== undefined && isStatic(shape) ? elementCount(shape) : 0;
}

/** Number of elements in an operand; 0 if it is omitted. */
export function operandSize(node: OperatorNode, index: number): number {
  return node.constant(index)?.size ?? 0;
}

/** The size of an axis of an operand, counted from the end if the axis is negative; 1 if the axis does not exist. */
export function axisSize(node: OperatorNode, index: number, axis: number): number {
  return node.constant(index)?.shape.at(axis) ?? 1;
}

/** The cost of a convolution: each element of the result visits the taps of one output channel, on axis 0 of the weight. */
export function convolutionCost(weight = 1, stepsPerTap = 1): NonNullable<Operator['cost']> {
  return (node, results) => (resultSize(results) * stepsPerTap * operandSize(node, weight)) / Math.max(1, axisSize(node, weight, 0));
}

/** The cost of a matrix product: each element of the result visits the last axis of the left operand. */
export const productCost: NonNullable<Operator['cost']> = (node, results) => {
  const dtype = node.constant(0)?.dtype;
  return resultSize(results) * axisSize(node, 0, -1) * (dtype === 'int64' || dtype === 'uint64' ? bigintSteps : 1);
};

/** Number of steps for one operation on 64-bit integers. */
const bigintSteps = 16;

/** The cost of a stable sort of `count` elements, with `steps` per comparison. */
export function sortCost(count: number, steps = 1): number {
  return stepsPerComparison * steps * count * Math.log2(count + 2);
}

const stepsPerComparison = 8;
