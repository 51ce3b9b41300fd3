import type { GraphEditor } from '../../../graph/ir/editor.ts';
import type { Node } from '../../../graph/ir/graph.ts';
import type { OpsetAdapter, OpsetContext } from './adapter.ts';
import { castAdapter, concatAdapter, reshapeAdapter, seluAdapter } from './attributes.ts';
import { batchNormalizationAdapter } from './batchNormalization.ts';
import { broadcastAdapter, slopeAdapter } from './broadcast.ts';
import { clipAdapter } from './clip.ts';
import { dftAdapter } from './dft.ts';
import { dropoutAdapter } from './dropout.ts';
import { affineAdapter, imageScalerAdapter } from './experimental.ts';
import { gridSampleAdapter } from './gridSample.ts';
import { groupNormalizationAdapter } from './groupNormalization.ts';
import { padAdapter } from './pad.ts';
import { reduceSumAdapter, reductionsAdapter } from './reduction.ts';
import { resizeAdapter } from './resize.ts';
import { roiAlignAdapter } from './roiAlign.ts';
import { scanAdapter } from './scan.ts';
import { scatterAdapter } from './scatter.ts';
import { sliceAdapter } from './slice.ts';
import { softmaxAdapter } from './softmax.ts';
import { splitAdapter } from './split.ts';
import { squeezeAdapter } from './squeeze.ts';
import { topKAdapter } from './topK.ts';

/** The oldest supported operator set, which is also the first of ONNX. */
export const oldestOpset = 1;
/** The newest supported operator set of the default domain, that of onnx 1.23. */
export const newestOpset = 28;

/** One entry per operator, or small family of operators, whose form has changed since {@link oldestOpset}. */
const adapters: readonly OpsetAdapter[] = [
  batchNormalizationAdapter,
  broadcastAdapter,
  castAdapter,
  clipAdapter,
  concatAdapter,
  dftAdapter,
  dropoutAdapter,
  affineAdapter,
  imageScalerAdapter,
  gridSampleAdapter,
  groupNormalizationAdapter,
  padAdapter,
  reduceSumAdapter,
  reductionsAdapter,
  reshapeAdapter,
  resizeAdapter,
  roiAlignAdapter,
  scanAdapter,
  scatterAdapter,
  seluAdapter,
  sliceAdapter,
  slopeAdapter,
  softmaxAdapter,
  splitAdapter,
  squeezeAdapter,
  topKAdapter,
];

const byOperator: ReadonlyMap<string, OpsetAdapter> = new Map(
  adapters.flatMap((entry) => entry.operators.map((operator) => [operator, entry] as const)),
);

/** Adds a node of the default domain in its canonical form, that of {@link newestOpset}. Throws `OperatorError` if there is none. */
export function addUpgraded(node: Node, edit: GraphEditor, context: OpsetContext): void {
  const adapter = byOperator.get(node.operator);
  const isOld = adapter !== undefined && (adapter.since === 'always' || context.opset < adapter.since);
  if (!isOld || !edit.addAs(node, () => adapter.upgrade(edit.index.view(node), edit, context))) edit.add(node);
}
