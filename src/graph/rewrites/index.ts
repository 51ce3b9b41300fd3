import { Budget } from '../../budget/budget.ts';
import { decompositions } from '../decompositions/index.ts';
import type { GraphEditor } from '../ir/editor.ts';
import type { Graph, Node } from '../ir/graph.ts';
import type { GraphView } from '../ir/graphIndex.ts';
import { OperatorError } from '../ir/operator.ts';
import { countTransposes, planLayouts } from '../layout/planLayouts.ts';
import { propagateLayouts } from '../layout/propagateLayouts.ts';
import { type Inferred, openGraph, toDiagnostic } from '../stages/infer.ts';
import { findGelu } from './activations/gelu.ts';
import { findHardSigmoid } from './activations/hardSigmoid.ts';
import { findHardSwish } from './activations/hardSwish.ts';
import { findMish } from './activations/mish.ts';
import { findSwish } from './activations/swish.ts';
import { guardSoftmax } from './attention/guardedSoftmax.ts';
import { mergeProductFactors } from './attention/productFactors.ts';
import { findProjectedAttention } from './attention/projectedAttention.ts';
import { scaleQuery } from './attention/queryScale.ts';
import { findScaledAttention } from './attention/scaledAttention.ts';
import { dropSoftmaxGuard } from './attention/softmaxGuard.ts';
import { findWrittenSoftmax } from './attention/writtenSoftmax.ts';
import { nameCastType } from './control/castLike.ts';
import { dropStates } from './control/recurrentStates.ts';
import { selectBranch } from './control/selectBranch.ts';
import { absorbPad } from './movement/absorbPad.ts';
import { foldAxesOfOne } from './movement/axesOfOne.ts';
import { absorbChannelOrder } from './movement/channelOrder.ts';
import { mergeConcats } from './movement/concats.ts';
import { findDepthMoves } from './movement/depth.ts';
import { absorbExpands } from './movement/expands.ts';
import { absorbFlattening } from './movement/flattening.ts';
import { findFocus } from './movement/focus.ts';
import { bypassIdentities } from './movement/identities.ts';
import { mergeSlices } from './movement/sliceChains.ts';
import { joinSlices } from './movement/slices.ts';
import { splitWithNextAxis } from './movement/splitAxis.ts';
import { mergeTransposes } from './movement/transposes.ts';
import { dropZeroSummand } from './movement/zeroSummand.ts';
import { moveBatchNorm } from './normalization/batchNorm.ts';
import { absorbChannelAffine } from './normalization/channelAffine.ts';
import { findGroupNorm } from './normalization/groupNorm.ts';
import { findInstanceNorm } from './normalization/instanceNorm.ts';
import { findLayerNorm } from './normalization/layerNorm.ts';
import { findMean } from './normalization/mean.ts';
import { absorbNormAffine } from './normalization/normAffine.ts';
import { findRmsNorm } from './normalization/rmsNorm.ts';
import { findSummedLayerNorm } from './normalization/summedLayerNorm.ts';
import { findUnitLength } from './normalization/unitLength.ts';
import type { Replacement, Rewrite } from './rewrite.ts';

/** Every rewrite, in the order in which they are tried. */
const rewrites: readonly Rewrite[] = [
  nameCastType,
  selectBranch,
  bypassIdentities,
  foldAxesOfOne,
  absorbExpands,
  mergeTransposes,
  mergeConcats,
  joinSlices,
  findFocus,
  mergeSlices,
  findDepthMoves,
  absorbChannelOrder,
  absorbFlattening,
  dropStates,
  absorbPad,
  findHardSwish,
  findHardSigmoid,
  findSwish,
  findMish,
  findGelu,
  findMean,
  findLayerNorm,
  findSummedLayerNorm,
  findRmsNorm,
  absorbNormAffine,
  findInstanceNorm,
  findGroupNorm,
  absorbChannelAffine,
  moveBatchNorm,
  findUnitLength,
  dropZeroSummand,
  findWrittenSoftmax,
  dropSoftmaxGuard,
  findProjectedAttention,
  guardSoftmax,
];

/**
 * Tried together with the others once those have reached a fixpoint: these rewrites apply to remainders of patterns that are better
 * rewritten as a whole.
 */
const lateRewrites: readonly Rewrite[] = [...rewrites, findScaledAttention, mergeProductFactors, scaleQuery, splitWithNextAxis];

/** Limit on rounds, larger than any chain of patterns needs; it stops pairs of rewrites that undo each other. */
const maxRounds = 32;

/**
 * Infers and folds a graph and replaces patterns that exporters write by single operators, until nothing changes; then chooses layouts.
 * Returns the diagnostics of the inference.
 */
export function rewrite(source: Graph, budget: Budget = new Budget()): Inferred {
  const { editor, diagnostics, unresolved } = openGraph(source, decompositions, budget);
  applyRewrites(editor, rewrites);
  applyRewrites(editor, lateRewrites);
  const chosen = chooseLayouts(editor, budget);
  return { graph: chosen.graph(), diagnostics: [...diagnostics, ...chosen.takeFailures().map(toDiagnostic)], unresolved };
}

/** The graph in the layouts that need the fewest Transposes. This comes last, because patterns are defined in the layouts of frameworks. */
function chooseLayouts(opened: GraphEditor, budget: Budget): GraphEditor {
  let editor = opened;
  for (let round = 0; round < maxRounds; round++) {
    const changes = planLayouts(editor.index);
    if (changes.length === 0) break;
    const before = editor.graph();
    const count = countTransposes(editor.index);
    propagateLayouts(editor, changes);
    applyRewrites(editor, [bypassIdentities, mergeTransposes]);
    if (countTransposes(editor.index) > count) {
      editor = openGraph(before, decompositions, budget).editor;
      break;
    }
    applyRewrites(editor, lateRewrites);
  }
  return editor;
}

/** Applies the rewrites in order, each to all of its matches, until none matches. */
function applyRewrites(editor: GraphEditor, list: readonly Rewrite[]): void {
  for (let round = 0, changed = true; changed && round < maxRounds; round++) {
    changed = false;
    for (const entry of list) if (applyEverywhere(editor, entry)) changed = true;
  }
}

function applyEverywhere(editor: GraphEditor, { operators, match }: Rewrite): boolean {
  const roots = operators && new Set(operators);
  let changed = false;
  for (const { node } of editor.index.nodes.entries()) {
    if (roots !== undefined && !roots.has(node.operator)) continue;
    const replacement = matched(match, node, editor.index);
    if (replacement !== undefined && editor.replace(node, replacement)) changed = true;
  }
  return changed;
}

/** The replacement for a pattern at a node; `undefined` for an invalid node, which the inference has reported. */
function matched(match: Rewrite['match'], node: Node, graph: GraphView): Replacement | undefined {
  try {
    return match(node, graph);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return undefined;
  }
}
