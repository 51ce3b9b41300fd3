import type { Shape } from './dimension.ts';
import type { OperatorNode } from './operator.ts';

/**
 * On which axis the results of a node carry the samples of a batch, given the axis on which each operand does
 * (`undefined`: the operand is the same for all samples) and the shape of the first result. Returns `undefined` when
 * the node mixes samples.
 */
export type BatchRule = (node: OperatorNode, axes: readonly (number | undefined)[], result: Shape | undefined) => number | undefined;
