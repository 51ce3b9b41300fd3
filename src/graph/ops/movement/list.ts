import type { OperatorFamily } from '../../ir/operator.ts';

/**
 * `SequenceConstruct`, which the other operators on sequences are written out as (`graph/expansions/lists.ts`): its type
 * tells which values are in it, and what takes one out reads those.
 */
export const listOperators: OperatorFamily = {
  SequenceConstruct: {
    infer: (node) => [
      { dtype: node.optionalInput(0)?.dtype ?? 'float32', shape: undefined, sequence: node.inputs().map((operand) => operand.name) },
    ],
  },
};
