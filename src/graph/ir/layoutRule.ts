import type { Shape } from './dimension.ts';
import type { AttributeLiteral } from './graph.ts';
import type { OperatorNode } from './operator.ts';
import type { Tensor } from './tensor.ts';

/** A permutation of the axes of a value, like `perm` of Transpose. */
export type Order = readonly number[];

/** For each axis of an operand, its index among the axes of the frame, ascending. */
export type AxisMap = readonly number[];

/**
 * How a layout propagates through a node: the same node with permuted operands returns permuted results. The rule is relative to a frame of
 * axes that contains the axes of all operands and results.
 */
export interface LayoutRule {
  /** Number of axes in the frame. */
  readonly rank: number;
  /** For each operand, its axes in the frame; `undefined` for operands that are parameters and are not permuted. */
  readonly inputs: readonly (AxisMap | undefined)[];
  readonly outputs: readonly AxisMap[];
  /** Whether operands lack axes of the frame because they are broadcast, rather than because the node adds or removes axes. */
  readonly broadcasts: boolean;
  /** The changes to the node itself for a permutation of the frame. */
  readonly change: (order: Order) => LayoutChange;
}

export interface LayoutChange {
  /** Replaces the operator; the attributes are dropped. */
  readonly operator?: string;
  readonly attributes?: Readonly<Record<string, AttributeLiteral>>;
  /** Replaced operands, by index. */
  readonly constants?: ReadonlyMap<number, Tensor>;
}

/** The rule for a node, given the shape of its first result; `undefined` if layouts do not propagate. */
export type LayoutRuleOf = (node: OperatorNode, result: Shape) => LayoutRule | undefined;
