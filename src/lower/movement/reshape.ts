import type { Lowering, LoweringFamily } from '../node.ts';

/** Operators whose result has the operand's elements in the same order. They need no layer. */
const sameElements: Lowering = (node) => node.alias(0, 0);

export const reshapeLowerings: LoweringFamily = {
  Reshape: sameElements,
  Flatten: sameElements,
  Squeeze: sameElements,
  Unsqueeze: sameElements,
};
