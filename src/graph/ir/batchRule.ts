import type { Shape } from './dimension.ts';
import type { OperatorNode } from './operator.ts';

/**
 * Returns the axis on which the results of a node carry the samples of a batch, given that axis for each operand (`undefined` if the
 * operand is the same for all samples) and the shape of the first result. Returns `undefined` if the node mixes samples.
 */
export type BatchRule = (node: OperatorNode, axes: readonly (number | undefined)[], result: Shape | undefined) => number | undefined;
