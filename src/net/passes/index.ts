import { ncnnError } from '../../diagnostics.ts';
import type { Net } from '../net.ts';
import { NetEditor } from './editor.ts';
import { eliminateIdentity } from './eliminateIdentity.ts';
import { eliminateSplit } from './eliminateSplit.ts';
import { fuseActivation } from './fuseActivation.ts';
import { fuseConvolutionBatchNorm } from './fuseConvolutionBatchNorm.ts';
import type { Pass } from './pass.ts';

/** The passes in the order in which they run. */
export const passes: readonly Pass[] = [eliminateSplit, eliminateIdentity, fuseConvolutionBatchNorm, fuseActivation];

export interface Optimized {
  readonly net: Net;
  /** Passes that changed something, with the number of changes. */
  readonly passes: readonly { readonly name: string; readonly times: number }[];
}

/**
 * Runs the passes that are asked for, all or those named, again and again until none finds anything. Throws
 * `NcnnError` (`option-invalid`) for a name that no pass has.
 */
export function optimize(net: Net, selection: boolean | readonly string[] = true): Optimized {
  const chosen = choose(selection);
  const editor = new NetEditor(net);
  const times = new Map<string, number>();
  let changed = chosen.length > 0;
  // What a pass leaves can be grist for an earlier one; each takes something away, so this ends.
  for (let round = 0; changed && round < mostRounds; round++) {
    changed = false;
    for (const pass of chosen) {
      const count = pass.run(editor);
      if (count === 0) continue;
      changed = true;
      times.set(pass.name, (times.get(pass.name) ?? 0) + count);
    }
  }
  return { net: times.size === 0 ? net : editor.net(), passes: [...times].map(([name, count]) => ({ name, times: count })) };
}

const mostRounds = 20;

function choose(selection: boolean | readonly string[]): readonly Pass[] {
  if (typeof selection === 'boolean') return selection ? passes : [];
  const unknown = selection.filter((name) => !passes.some((pass) => pass.name === name));
  if (unknown.length > 0) {
    const plural = unknown.length > 1;
    throw ncnnError(
      'option-invalid',
      `there ${plural ? 'are no passes' : 'is no pass'} ${unknown.map((name) => `"${name}"`).join(', ')}`,
      `The passes are ${passes.map((pass) => pass.name).join(', ')}.`,
    );
  }
  return passes.filter((pass) => selection.includes(pass.name));
}
