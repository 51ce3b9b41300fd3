import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { divided } from './arithmetic.ts';
import { binaryTerm, defineTerm, isDynamicTerm, type Term, term } from './formula.ts';

/** Operators with any number of operands, as a chain of binary operations. */
export const variadicLowerings: LoweringFamily = {
  Max: chain('MAX'),
  Min: chain('MIN'),
  Sum: chain('ADD'),
  Mean: (node) => {
    const total = folded(node, 'ADD');
    defineTerm(node, 0, node.inputCount === 1 ? total : divided(node, total, node.inputCount));
  },
};

function chain(operation: 'MAX' | 'MIN' | 'ADD'): Lowering {
  return (node) => defineTerm(node, 0, folded(node, operation));
}

/** Combines all operands from left to right, constants last. */
function folded(node: LoweringNode, operation: 'MAX' | 'MIN' | 'ADD'): Term {
  const terms = node.inputs().map((_, index) => term(node, index));
  const ordered = [...terms.filter(isDynamicTerm), ...terms.filter((entry) => !isDynamicTerm(entry))];
  return ordered.reduce((left, right) => binaryTerm(node, operation, left, right));
}
