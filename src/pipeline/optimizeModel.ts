import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Artifact } from '../emit/artifact.ts';
import type { Model } from '../net/model.ts';
import type { NetHistory } from '../net/passes/history.ts';
import { optimize } from '../net/passes/index.ts';
import { withHalfWeights } from '../net/precision.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';

export interface OptimizedModel extends Pick<Artifact, 'passes' | 'saved'> {
  readonly model: Model;
  readonly history: NetHistory;
  readonly diagnostics: readonly Diagnostic[];
}

/** The model with its net optimized, and its weights in the precision that is asked for. Throws `NcnnError` for names that are not known. */
export function optimizeModel(model: Model, { optimize: selection = true, precision, fp32Layers }: ConvertOptions): OptimizedModel {
  const { net, passes, saved, history } = optimize(model.net, selection);
  const stored = precision === 'fp16' ? withHalfWeights(net, fp32Layers) : { net, diagnostics: [] };
  return { model: { ...model, net: stored.net }, passes, saved, history, diagnostics: stored.diagnostics };
}
