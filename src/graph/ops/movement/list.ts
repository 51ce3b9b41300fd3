import type { OperatorFamily } from '../../ir/operator.ts';

/**
 * `SequenceConstruct`, which the other sequence operators are decomposed to (`graph/decompositions/lists.ts`). Its type lists the values in
 * the sequence, and operators that take a value out read that list.
 */
export const listOperators: OperatorFamily = {
  SequenceConstruct: {
    infer: (node) => [
      { dtype: node.optionalInput(0)?.dtype ?? 'float32', shape: undefined, sequence: node.inputs().map((operand) => operand.name) },
    ],
  },
};
