import type { Node } from '../../../graph/graph.ts';
import type { OperatorNode } from '../../../graph/operator.ts';
import type { Normalisation, OpsetContext } from './normalisation.ts';

/** The oldest operator set that is read: before it, broadcasting worked by attributes. */
export const oldestOpset = 7;
/** The newest operator set of the default domain that is known, that of onnx 1.23. */
export const newestOpset = 28;

/** One entry for each operator, or small family, whose form has changed since {@link oldestOpset}. */
const normalisations: readonly Normalisation[] = [];

const byOperator: ReadonlyMap<string, Normalisation> = new Map(
  normalisations.flatMap((entry) => entry.operators.map((operator) => [operator, entry] as const)),
);

/** A node of the default domain in the canonical form, that of {@link newestOpset}. Throws `OperatorError` where there is none. */
export function normaliseNode(node: OperatorNode, context: OpsetContext): readonly Node[] {
  const entry = byOperator.get(node.operator);
  return entry === undefined || context.opset >= entry.since ? [node.node] : entry.normalise(node, context);
}
