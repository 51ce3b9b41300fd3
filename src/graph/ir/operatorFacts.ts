import type { BatchRule } from './batchRule.ts';
import type { LayoutRuleOf } from './layoutRule.ts';

/** Facts about an operator that passes need in addition to its semantics. Absent facts do not hold. */
export interface OperatorFacts {
  /** How the batch axis propagates; an operator without a rule is assumed to mix samples. */
  readonly batch?: BatchRule;
  /** The samples are on axis 0 of the first operand, and the layers of ncnn compute one sample. */
  readonly perSample?: true;
  /** How another layout propagates; an operator without a rule needs its operands in the original layout. */
  readonly layout?: LayoutRuleOf;
  /** The channel axis of the first operand: axis 1, or the last axis, along which the operator works. */
  readonly channels?: 'first' | 'last';
  /**
   * Set if nothing is computed. The results contain the elements of the first operand: the `same` ones in the same order, all of them
   * `converted` to another type, or some of them `moved` to other positions.
   */
  readonly elements?: 'same' | 'converted' | 'moved';
  /** The operand that is a table, and the operand that contains the indices of its entries. */
  readonly lookup?: { readonly table: number; readonly indices: number };
  /** The operand that lists the axes along which elements are combined, in any order. */
  readonly axesInput?: number;
  /** The operand that lists the sizes of the result. */
  readonly shapeInput?: number;
  /** The operand whose type determines the type of the result; its value is not used. */
  readonly typeInput?: number;
}
