import { ncnnError } from '../../diagnostics.ts';
import { closest } from '../../text/closest.ts';
import type { Net } from '../net.ts';
import { inferShapes } from '../shapes.ts';
import { absorbPadding } from './absorbPadding.ts';
import { type Cost, costOf, saved } from './cost.ts';
import { NetEditor } from './editor.ts';
import { eliminateActivation } from './eliminateActivation.ts';
import { eliminateIdentity } from './eliminateIdentity.ts';
import { eliminateOrphanedMemoryData } from './eliminateOrphanedMemoryData.ts';
import { eliminateReshapeBeforeBinaryOp } from './eliminateReshapeBeforeBinaryOp.ts';
import { eliminateSplit } from './eliminateSplit.ts';
import { foldConstants } from './foldConstants.ts';
import { fuseActivation } from './fuseActivation.ts';
import { fuseAffine } from './fuseAffine.ts';
import { fuseAffineBefore } from './fuseAffineBefore.ts';
import { fuseBatchNormScale } from './fuseBatchNormScale.ts';
import { fuseBinaryOpEltwise } from './fuseBinaryOpEltwise.ts';
import { fuseGate } from './fuseGate.ts';
import { fuseGemmAffine } from './fuseGemmAffine.ts';
import { fuseInnerProducts } from './fuseInnerProducts.ts';
import { fuseMemoryDataBinaryOp } from './fuseMemoryDataBinaryOp.ts';
import { fuseParallel } from './fuseParallel.ts';
import type { NetHistory } from './history.ts';
import { mergeCrop } from './mergeCrop.ts';
import { mergePadding } from './mergePadding.ts';
import { mergePermute } from './mergePermute.ts';
import { mergeReshape } from './mergeReshape.ts';
import { orderLayers, orderLayersName } from './orderLayers.ts';
import { exhaustive, type Pass } from './pass.ts';
import { replaceConvolution } from './replaceConvolution.ts';
import { replaceMatMul } from './replaceMatMul.ts';
import { replacePermute } from './replacePermute.ts';
import { replacePReLU } from './replacePReLU.ts';
import { replaceReduction } from './replaceReduction.ts';
import { shareSubexpressions } from './shareSubexpressions.ts';

/** The passes that rewrite layers, in the order in which they run. */
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
  replaceMatMul,
  fuseGate,
  ...fuseAffine,
  fuseGemmAffine,
  fuseBatchNormScale,
  ...fuseAffineBefore,
  fuseInnerProducts,
  fuseParallel,
  fuseBinaryOpEltwise,
  eliminateActivation,
  ...fuseActivation,
  eliminateOrphanedMemoryData,
].map(exhaustive);

/** The names of all passes; the layers are put in order last, once. */
export const passNames: readonly string[] = [...passes.map(({ name }) => name), orderLayersName];

export interface Optimized {
  readonly net: Net;
  /** Passes that changed something, with the number of changes. */
  readonly passes: readonly { readonly name: string; readonly times: number }[];
  /** What the net had before and has not any more. */
  readonly saved: Cost;
  readonly history: NetHistory;
}

/**
 * Runs the passes that are asked for, all or those named, again and again until none finds anything. Throws
 * `NcnnError` (`option-invalid`) for a name that no pass has.
 */
export function optimize(net: Net, selection: boolean | readonly string[] = true): Optimized {
  const names = choose(selection);
  if (names.size === 0) {
    const history = { changed: new Map(), removed: new Map() };
    return { net, passes: [], saved: { layers: 0, weights: 0, multiplyAdds: 0 }, history };
  }
  const known = { ...net, shapes: inferShapes(net) };
  const editor = new NetEditor(known);
  const times = new Map<string, number>();
  const chosen = passes.filter(({ name }) => names.has(name));
  let changed = true;
  // What a pass leaves can be grist for an earlier one; each takes something away, so this ends.
  for (let round = 0; changed && round < mostRounds; round++) {
    changed = false;
    for (const pass of chosen) {
      editor.history.begin(pass.name);
      const count = pass.run(editor);
      if (count === 0) continue;
      changed = true;
      times.set(pass.name, (times.get(pass.name) ?? 0) + count);
    }
  }
  const rewritten = times.size === 0 ? known : editor.net();
  const ordered = names.has(orderLayersName) ? orderLayers(rewritten) : { net: rewritten, times: 0 };
  if (ordered.times > 0) times.set(orderLayersName, ordered.times);
  const done = [...times].map(([name, count]) => ({ name, times: count }));
  return {
    net: times.size === 0 ? net : ordered.net,
    passes: done,
    saved: saved(costOf(known), costOf(ordered.net)),
    history: editor.history.of(rewritten),
  };
}

const mostRounds = 20;

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
