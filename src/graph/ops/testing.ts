import { type AttributeLiteral, makeNode, type ValueType } from '../ir/graph.ts';
import { type Operand, OperatorNode } from '../ir/operator.ts';
import type { Tensor } from '../ir/tensor.ts';
import { operators } from './index.ts';

/** For tests: the results of an operator for constant operands; `undefined` is an omitted operand. */
export function evaluateNode(
  operator: string,
  inputs: readonly (Tensor | undefined)[],
  attributes: Readonly<Record<string, AttributeLiteral>> = {},
): readonly Tensor[] {
  const operands = inputs.map((constant, index): Operand | undefined => {
    return constant && { name: `x${index}`, dtype: constant.dtype, shape: constant.shape, constant };
  });
  const definition = operators.get(operator);
  return definition?.evaluate?.(nodeOf(operator, operands, attributes), inputs) ?? [];
}

/** For tests: the inferred types of an operator's results. */
export function infer(
  operator: string,
  operands: readonly (ValueType & { readonly constant?: Tensor })[],
  attributes: Readonly<Record<string, AttributeLiteral>> = {},
): readonly ValueType[] {
  const named = operands.map((operand, index): Operand => ({ name: `x${index}`, ...operand }));
  return operators.get(operator)?.infer(nodeOf(operator, named, attributes)) ?? [];
}

/** For tests: a constant as an operand. */
export function constantOperand(constant: Tensor): ValueType & { readonly constant: Tensor } {
  return { dtype: constant.dtype, shape: constant.shape, constant };
}

function nodeOf(
  operator: string,
  operands: readonly (Operand | undefined)[],
  attributes: Readonly<Record<string, AttributeLiteral>>,
): OperatorNode {
  return new OperatorNode(
    makeNode(
      operator,
      operands.map((operand) => operand?.name ?? ''),
      ['y'],
      attributes,
    ),
    operands,
  );
}
