import { closest } from '../../diagnostics/closest.ts';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import type { Target } from '../../options/target.ts';
import type { Net } from '../net.ts';
import { inferShapes } from '../shapes.ts';
import { type Cost, costOf, saved } from './cost.ts';
import { NetEditor } from './editor.ts';
import { eliminateActivation } from './eliminate/activation.ts';
import { eliminateIdentity } from './eliminate/identity.ts';
import { eliminateOrphanedMemoryData } from './eliminate/orphanedMemoryData.ts';
import { eliminateReshapeBeforeBinaryOp } from './eliminate/reshapeBeforeBinaryOp.ts';
import { eliminateSplit } from './eliminate/split.ts';
import { foldConstants } from './foldConstants.ts';
import { formPasses } from './forms/index.ts';
import { fuseActivation } from './fuse/activation.ts';
import { fuseAffine } from './fuse/affine.ts';
import { fuseAffineBefore } from './fuse/affineBefore.ts';
import { fuseBatchNormScale } from './fuse/batchNormScale.ts';
import { fuseBinaryOpEltwise } from './fuse/binaryOpEltwise.ts';
import { fuseBranches } from './fuse/branches.ts';
import { fuseGate } from './fuse/gate.ts';
import { fuseGemmAffine } from './fuse/gemmAffine.ts';
import { fuseInnerProducts } from './fuse/innerProducts.ts';
import { fuseMemoryDataBinaryOp } from './fuse/memoryDataBinaryOp.ts';
import { fuseParallel } from './fuse/parallel.ts';
import { fusePermuteMatMul } from './fuse/permuteMatMul.ts';
import type { NetHistory } from './history.ts';
import { absorbPadding } from './merge/absorbPadding.ts';
import { mergeCrop } from './merge/crop.ts';
import { mergePadding } from './merge/padding.ts';
import { mergePermute } from './merge/permute.ts';
import { mergeReshape } from './merge/reshape.ts';
import { orderLayers } from './order/orderLayers.ts';
import { type Pass, type PassFacts, untilFixpoint } from './pass.ts';
import { replaceConvolution } from './replace/convolution.ts';
import { replaceMatMul } from './replace/matMul.ts';
import { replacePermute } from './replace/permute.ts';
import { replacePReLU } from './replace/prelu.ts';
import { replaceReduction } from './replace/reduction.ts';
import { shareSubexpressions } from './shareSubexpressions.ts';

/** The passes that rewrite layers, in execution order. */
export const passes: readonly Pass[] = [
  eliminateSplit,
  ...eliminateIdentity,
  foldConstants,
  shareSubexpressions,
  mergeReshape,
  mergePermute,
  replacePermute,
  mergeCrop,
  mergePadding,
  absorbPadding,
  eliminateReshapeBeforeBinaryOp,
  fuseMemoryDataBinaryOp,
  replaceReduction,
  replacePReLU,
  ...replaceConvolution,
  fusePermuteMatMul,
  replaceMatMul,
  fuseGate,
  ...fuseAffine,
  fuseGemmAffine,
  fuseBatchNormScale,
  ...fuseAffineBefore,
  fuseInnerProducts,
  fuseParallel,
  fuseBranches,
  fuseBinaryOpEltwise,
  eliminateActivation,
  ...fuseActivation,
  eliminateOrphanedMemoryData,
].map(untilFixpoint);

/** All passes in execution order. */
export const allPasses: readonly PassFacts[] = [...passes, ...formPasses, orderLayers];

export const passNames: readonly string[] = allPasses.map(({ name }) => name);

export interface Optimized {
  readonly net: Net;
  /** The passes that changed something, with their numbers of changes. */
  readonly passes: readonly { readonly name: string; readonly times: number }[];
  /** The difference in cost to the original net. */
  readonly saved: Cost;
  readonly history: NetHistory;
}

/**
 * Runs the selected passes until none changes anything; then chooses the forms that are fastest on the target, and runs the passes again.
 * Throws `NcnnError` (`option-invalid`) for an unknown pass name.
 */
export function optimize(net: Net, selection: boolean | readonly string[] = true, target: Target = 'any'): Optimized {
  const names = choose(selection);
  if (names.size === 0) {
    const history = { changed: new Map(), removed: new Map() };
    return { net, passes: [], saved: { layers: 0, weights: 0, multiplyAdds: 0 }, history };
  }
  const known = { ...net, shapes: inferShapes(net) };
  const editor = new NetEditor(known);
  const times = new Map<string, number>();
  const chosen = passes.filter(({ name }) => names.has(name));
  const forms = formPasses
    .filter(({ name }) => names.has(name))
    .map((form): Pass => ({ ...form, run: (edited) => form.run(edited, target) }));
  runToFixpoint(chosen, editor, times);
  if (runOnce(forms, editor, times)) runToFixpoint(chosen, editor, times);
  const rewritten = times.size === 0 ? known : editor.net();
  const ordered = names.has(orderLayers.name) ? orderLayers.runLast(rewritten) : { net: rewritten, times: 0 };
  if (ordered.times > 0) times.set(orderLayers.name, ordered.times);
  const done = [...times].map(([name, count]) => ({ name, times: count }));
  return {
    net: times.size === 0 ? net : ordered.net,
    passes: done,
    saved: saved(costOf(known), costOf(ordered.net)),
    history: editor.history.of(rewritten),
  };
}

const maxRounds = 20;

/** Runs passes in rounds, because a later pass may enable an earlier one. */
function runToFixpoint(chosen: readonly Pass[], editor: NetEditor, times: Map<string, number>): void {
  for (let round = 0; round < maxRounds; round++) if (!runOnce(chosen, editor, times)) return;
}

/** Runs each pass once and counts its changes; returns whether there were any. */
function runOnce(chosen: readonly Pass[], editor: NetEditor, times: Map<string, number>): boolean {
  let changed = false;
  for (const pass of chosen) {
    editor.history.begin(pass.name);
    const count = pass.run(editor);
    if (count === 0) continue;
    changed = true;
    times.set(pass.name, (times.get(pass.name) ?? 0) + count);
  }
  return changed;
}

function choose(selection: boolean | readonly string[]): ReadonlySet<string> {
  if (typeof selection === 'boolean') return new Set(selection ? passNames : []);
  const unknown = selection.filter((name) => !passNames.includes(name));
  if (unknown.length > 0) {
    const plural = unknown.length > 1;
    const near = [...new Set(unknown.flatMap((name) => closest(name, passNames)))];
    throw ncnnError(
      'option-invalid',
      `there ${plural ? 'are no passes' : 'is no pass'} ${unknown.map((name) => `"${name}"`).join(', ')}`,
      near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `The passes are ${passNames.join(', ')}.`,
    );
  }
  return new Set(selection);
}
