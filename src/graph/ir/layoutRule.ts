import type { Shape } from './dimension.ts';
import type { AttributeLiteral } from './graph.ts';
import type { OperatorNode } from './operator.ts';
import type { Tensor } from './tensor.ts';

/** Which axis of a value each axis of it in another order is, as `perm` of Transpose. */
export type Order = readonly number[];

/** Which axis of a frame each axis of an operand is; they go up. */
export type AxisMap = readonly number[];

/**
 * How an order of axes passes through a node: the same node over operands in another order gives its results in that order. All
 * is described by a frame of axes in which those of the operands and results find themselves.
 */
export interface LayoutRule {
  /** How many axes the frame has. */
  readonly rank: number;
  /** For each operand its axes in the frame; `undefined` for what says how to compute, which stays as it is. */
  readonly inputs: readonly (AxisMap | undefined)[];
  readonly outputs: readonly AxisMap[];
  /** Whether operands lack axes of the frame because they are broadcast along these, and not because the node adds or takes them. */
  readonly broadcasts: boolean;
  /** What changes in the node itself, given the order of the frame. */
  readonly change: (order: Order) => LayoutChange;
}

export interface LayoutChange {
  /** Another operator, which has none of the attributes. */
  readonly operator?: string;
  readonly attributes?: Readonly<Record<string, AttributeLiteral>>;
  /** Operands by their index. */
  readonly constants?: ReadonlyMap<number, Tensor>;
}

/** The rule for a node, given the shape of its first result; `undefined` where orders do not pass through. */
export type LayoutRuleOf = (node: OperatorNode, result: Shape) => LayoutRule | undefined;
