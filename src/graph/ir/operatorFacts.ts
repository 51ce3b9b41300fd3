import type { BatchRule } from './batchRule.ts';
import type { LayoutRuleOf } from './layoutRule.ts';

/** What passes ask about an operator besides its meaning. A fact that is left out does not hold. */
export interface OperatorFacts {
  /** How the samples of a batch pass through; an operator without a rule is taken to mix them. */
  readonly batch?: BatchRule;
  /** The samples lie on axis 0 of the first operand, and ncnn's layers take one of them. */
  readonly perSample?: true;
  /** How another order of axes passes through; an operator without a rule has to get its operands in the order the model has. */
  readonly layout?: LayoutRuleOf;
  /** Where the first operand has its channels: on axis 1, or on the last axis, along which the operator works. */
  readonly channels?: 'first' | 'last';
  /**
   * Set where nothing is computed. The results hold the elements of the first operand: the `same` in the same order, all of them
   * `converted` to another type, or some of them `moved` to other places.
   */
  readonly elements?: 'same' | 'converted' | 'moved';
  /** The operand that is a table, and that which says which entries of it to take. */
  readonly lookup?: { readonly table: number; readonly indices: number };
  /** The operand that lists the axes along which elements are combined, in any order. */
  readonly axesInput?: number;
  /** The operand that lists the sizes of the result. */
  readonly shapeInput?: number;
  /** The operand whose type the result has, whatever its value. */
  readonly typeInput?: number;
}
