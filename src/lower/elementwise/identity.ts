import { checkInference } from '../../graph/ops/elementwise/identity.ts';
import type { LoweringFamily } from '../node.ts';
import { clamp, defineTerm, term } from './formula.ts';

/** Operators that are the identity in inference. */
export const identityLowerings: LoweringFamily = {
  Identity: (node) => node.alias(0, 0),
  Dropout: (node) => {
    checkInference(node);
    node.alias(0, 0);
    // The mask of kept elements is all ones.
    if (node.hasOutput(1)) defineTerm(node, 1, clamp(node, 1, 1, term(node, 0)));
  },
};
