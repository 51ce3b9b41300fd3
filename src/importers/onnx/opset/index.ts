import type { Node } from '../../../graph/ir/graph.ts';
import type { OperatorNode } from '../../../graph/ir/operator.ts';
import type { Normalization, OpsetContext } from './adapter.ts';
import { cast, concat, reshape, selu } from './attributes.ts';
import { batchNormalization } from './batchNormalization.ts';
import { broadcast, slope } from './broadcast.ts';
import { clip } from './clip.ts';
import { dft } from './dft.ts';
import { dropout } from './dropout.ts';
import { affine, imageScaler } from './experimental.ts';
import { gridSample } from './gridSample.ts';
import { groupNormalization } from './groupNormalization.ts';
import { pad } from './pad.ts';
import { reduceSum, reductions } from './reduction.ts';
import { resize } from './resize.ts';
import { roiAlign } from './roiAlign.ts';
import { scan } from './scan.ts';
import { scatter } from './scatter.ts';
import { slice } from './slice.ts';
import { softmax } from './softmax.ts';
import { split } from './split.ts';
import { squeeze } from './squeeze.ts';
import { topK } from './topK.ts';

/** The oldest operator set that is read: the first there was. */
export const oldestOpset = 1;
/** The newest operator set of the default domain that is known, that of onnx 1.23. */
export const newestOpset = 28;

/** One entry for each operator, or small family, whose form has changed since {@link oldestOpset}. */
const normalizations: readonly Normalization[] = [
  batchNormalization,
  broadcast,
  cast,
  clip,
  concat,
  dft,
  dropout,
  affine,
  imageScaler,
  gridSample,
  groupNormalization,
  pad,
  reduceSum,
  reductions,
  reshape,
  resize,
  roiAlign,
  scan,
  scatter,
  selu,
  slice,
  slope,
  softmax,
  split,
  squeeze,
  topK,
];

const byOperator: ReadonlyMap<string, Normalization> = new Map(
  normalizations.flatMap((entry) => entry.operators.map((operator) => [operator, entry] as const)),
);

/** A node of the default domain in the canonical form, that of {@link newestOpset}. Throws `OperatorError` where there is none. */
export function normalizeNode(node: OperatorNode, context: OpsetContext): readonly Node[] {
  const entry = byOperator.get(node.operator);
  return entry === undefined || (entry.since !== 'always' && context.opset >= entry.since) ? [node.node] : entry.normalize(node, context);
}
