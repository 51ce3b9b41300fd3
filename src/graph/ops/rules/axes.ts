import type { BatchRule } from '../../ir/batchRule.ts';
import type { LayoutRule } from '../../ir/layoutRule.ts';
import type { OperatorNode } from '../../ir/operator.ts';
import type { OperatorFacts } from '../../ir/operatorFacts.ts';
import { Tensor } from '../../ir/tensor.ts';
import { axesOf, layoutOfFirst } from './frame.ts';

/** For operators that combine elements only along the given axes and keep all axes. */
export function batchBesideAxes(combined: (node: OperatorNode, rank: number) => readonly number[]): BatchRule {
  return (node, [axis, ...others]) => {
    const rank = node.input(0).shape?.length;
    if (axis === undefined || rank === undefined || others.some((other) => other !== undefined)) return undefined;
    const isCombined = combined(node, rank).some((entry) => (entry < 0 ? entry + rank : entry) === axis);
    return isCombined ? undefined : axis;
  };
}

/** The batch axis after a reduction of other axes. */
export function batchAxisBehindReduction(axis: number | undefined, reduced: readonly number[], keepdims: boolean): number | undefined {
  if (axis === undefined || reduced.includes(axis)) return undefined;
  return keepdims ? axis : axis - reduced.filter((entry) => entry < axis).length;
}

/** The layout rule of a reduction: the results lack the reduced axes unless `keepdims` keeps them with size 1. */
export function layoutOfReduction(rule: LayoutRule, reduced: readonly number[], keepdims: boolean): LayoutRule {
  return { ...rule, outputs: [axesOf(rule.rank).filter((axis) => keepdims || !reduced.includes(axis))] };
}

/** Facts of an operator that combines elements along its attribute `axis` and keeps the axis. */
export function alongAxis(fallback: number): OperatorFacts {
  return {
    batch: batchBesideAxes((node) => [node.int('axis', fallback)]),
    layout: (node, result) => {
      const axis = node.axis(node.int('axis', fallback), result.length);
      return layoutOfFirst(node, result.length, changeOfAxis(axis));
    },
  };
}

/**
 * Facts of an operator that works along the axes in an operand; without the operand, along as many leading axes as operand 1 has entries.
 */
export function alongListedAxes(operand: number): OperatorFacts {
  return {
    batch: (node, axes, result) => {
      const listed = listedAxes(node, operand, node.shape(0).length);
      return listed && batchBesideAxes(() => listed)(node, axes, result);
    },
    layout: (node, { length: rank }) => {
      const listed = listedAxes(node, operand, rank);
      return listed && layoutOfFirst(node, rank, changeOfListedAxes(operand, listed));
    },
  };
}

/** Adapts the attribute `axis` to another layout. */
export function changeOfAxis(axis: number): LayoutRule['change'] {
  return (order) => ({ attributes: { axis: order.indexOf(axis) } });
}

/** Adapts the operand that lists axes to another layout. */
export function changeOfListedAxes(operand: number, axes: readonly number[]): LayoutRule['change'] {
  return (order) => ({ constants: new Map([[operand, Tensor.int64(axes.map((axis) => order.indexOf(axis)))]]) });
}

/** The listed axes, counted from the front; `undefined` if they are not known yet. */
function listedAxes(node: OperatorNode, operand: number, rank: number): readonly number[] | undefined {
  const listed = node.optionalInput(operand);
  const count = node.optionalInput(1)?.shape?.[0];
  const axes = listed === undefined ? (typeof count === 'number' ? axesOf(count) : undefined) : listed.constant?.toIntegers();
  return axes?.map((axis) => node.axis(axis, rank));
}
