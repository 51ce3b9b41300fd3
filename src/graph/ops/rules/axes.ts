import type { BatchRule } from '../../ir/batchRule.ts';
import type { OperatorNode } from '../../ir/operator.ts';
import type { OperatorFacts } from '../../ir/operatorFacts.ts';

/** Only the axes given are worked along, all others are independent; the result keeps the number of axes. */
export function batchBesideAxes(axesOf: (node: OperatorNode, rank: number) => readonly number[]): BatchRule {
  return (node, [axis, ...others]) => {
    const rank = node.input(0).shape?.length;
    if (axis === undefined || rank === undefined || others.some((other) => other !== undefined)) return undefined;
    const worked = axesOf(node, rank).map((entry) => (entry < 0 ? entry + rank : entry));
    return worked.includes(axis) ? undefined : axis;
  };
}

/** The axis of the samples behind a reduction of other axes. */
export function batchAxisBehindReduction(axis: number | undefined, reduced: readonly number[], keepdims: boolean): number | undefined {
  if (axis === undefined || reduced.includes(axis)) return undefined;
  return keepdims ? axis : axis - reduced.filter((entry) => entry < axis).length;
}

/** Facts of an operator that works along the axis of its attribute `axis`. */
export function alongAxis(fallback: number): OperatorFacts {
  return { batch: batchBesideAxes((node) => [node.int('axis', fallback)]) };
}

/** Facts of an operator that works along the axes that an operand lists; without it, along as many as operand 1 has entries. */
export function alongListedAxes(operand: number): OperatorFacts {
  return {
    batch: batchBesideAxes((node) => node.constantIntegers(operand) ?? (node.constantIntegers(1) ?? []).map((_, index) => index)),
  };
}
