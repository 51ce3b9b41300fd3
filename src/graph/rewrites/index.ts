import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Graph, Node } from '../ir/graph.ts';
import { OperatorError } from '../ir/operator.ts';
import { countTransposes, propagateLayouts } from '../layout/index.ts';
import { type Inferred, inferAndFold } from '../stages/infer.ts';
import { findGelu } from './activations/gelu.ts';
import { findHardSigmoid } from './activations/hardSigmoid.ts';
import { findHardSwish } from './activations/hardSwish.ts';
import { findMish } from './activations/mish.ts';
import { findSwish } from './activations/swish.ts';
import { guardSoftmax } from './attention/guardedSoftmax.ts';
import { findProjectedAttention } from './attention/projectedAttention.ts';
import { findScaledAttention } from './attention/scaledAttention.ts';
import { nameCastType } from './control/castLike.ts';
import { dropStates } from './control/recurrentStates.ts';
import { selectBranch } from './control/selectBranch.ts';
import { absorbPad } from './movement/absorbPad.ts';
import { absorbChannelOrder } from './movement/channelOrder.ts';
import { mergeConcats } from './movement/concats.ts';
import { findDepthMoves } from './movement/depth.ts';
import { absorbFlattening } from './movement/flattening.ts';
import { findFocus } from './movement/focus.ts';
import { bypassIdentities } from './movement/identities.ts';
import { mergeSlices } from './movement/sliceChains.ts';
import { joinSlices } from './movement/slices.ts';
import { mergeTransposes } from './movement/transposes.ts';
import { absorbChannelAffine } from './normalization/channelAffine.ts';
import { findGroupNorm } from './normalization/groupNorm.ts';
import { findInstanceNorm } from './normalization/instanceNorm.ts';
import { findLayerNorm } from './normalization/layerNorm.ts';
import { absorbNormAffine } from './normalization/normAffine.ts';
import { findRmsNorm } from './normalization/rmsNorm.ts';
import { findSummedLayerNorm } from './normalization/summedLayerNorm.ts';
import { findUnitLength } from './normalization/unitLength.ts';
import { GraphIndex, type Replacement, type Rewrite } from './rewrite.ts';

/** Every rewrite, in the order in which they are tried. */
export const rewrites: readonly Rewrite[] = [
  nameCastType,
  selectBranch,
  bypassIdentities,
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
  findLayerNorm,
  findSummedLayerNorm,
  findRmsNorm,
  absorbNormAffine,
  findInstanceNorm,
  findGroupNorm,
  absorbChannelAffine,
  findUnitLength,
  findProjectedAttention,
  guardSoftmax,
];

/** Tried with the others once these find nothing more: what is left of patterns that are better as a whole. */
const lateRewrites: readonly Rewrite[] = [...rewrites, findScaledAttention];

/** More rounds than any chain of patterns takes; a pair of rewrites that undo each other ends here. */
const mostRounds = 32;

/**
 * Infers and folds a graph and puts single operators in place of the patterns that exporters write out, in turns,
 * until nothing changes any more. The diagnostics are those of the inference.
 */
export function rewrite(source: Graph): Inferred {
  const diagnostics: Diagnostic[] = [];
  const infer = (graph: Graph): Graph => {
    const inferred = inferAndFold(graph);
    diagnostics.push(...inferred.diagnostics);
    return inferred.graph;
  };
  let graph = settle(settle(infer(source), rewrites, infer), lateRewrites, infer);
  for (let round = 0; round < mostRounds; round++) {
    // Last, for the patterns are known in the order of axes that frameworks write them in.
    const turned = propagateLayouts(graph);
    if (turned === graph) break;
    const merged = settle(infer(turned), [bypassIdentities, mergeTransposes], infer);
    if (countTransposes(merged) > countTransposes(graph)) break;
    graph = settle(merged, lateRewrites, infer);
  }
  return { graph, diagnostics };
}

/** A graph whose types are known, rewritten in turns until nothing changes any more. */
function settle(source: Graph, list: readonly Rewrite[], infer: (graph: Graph) => Graph): Graph {
  let graph = source;
  for (let round = 0; round < mostRounds; round++) {
    const next = list.reduce(applyEverywhere, graph);
    if (next === graph) break;
    graph = infer(next);
  }
  return graph;
}

/** The graph with one rewrite applied wherever it matches; the very same graph where it does not. */
function applyEverywhere(source: Graph, { match }: Rewrite): Graph {
  let graph = source;
  let index = new GraphIndex(graph);
  for (const node of source.nodes) {
    const found = index.producer(node.outputs.find((output) => output !== '')) === node ? matched(match, node, index) : undefined;
    if (found === undefined) continue;
    graph = {
      ...graph,
      nodes: graph.nodes.flatMap((other) => (other === node ? found.nodes : [other])),
      constants: new Map([...graph.constants, ...(found.constants ?? [])]),
    };
    index = new GraphIndex(graph);
  }
  return graph;
}

/** What a pattern finds at a node; nothing at one that is not valid, which the inference has told about. */
function matched(match: Rewrite['match'], node: Node, index: GraphIndex): Replacement | undefined {
  try {
    return match(node, index);
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return undefined;
  }
}
