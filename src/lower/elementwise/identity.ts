import { checkInference } from '../../graph/ops/elementwise/identity.ts';
import type { LoweringFamily } from '../node.ts';
import { clamp, defineTerm, term } from './formula.ts';

/** Operators that give their operand unchanged when a net is run. */
export const identityLowerings: LoweringFamily = {
  Identity: (node) => node.alias(0, 0),
  Dropout: (node) => {
    checkInference(node);
    node.alias(0, 0);
    // The mask of what is kept: ones, whatever the elements are.
    if (node.hasOutput(1)) defineTerm(node, 1, clamp(node, 1, 1, term(node, 0)));
  },
};
