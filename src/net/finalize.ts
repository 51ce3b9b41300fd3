import { type Diagnostic, NcnnError } from '../diagnostics/diagnostic.ts';
import { keepNeededOfModel } from './deadCode.ts';
import { checkNet } from './format/check.ts';
import { omitDefaults } from './layers/params.ts';
import type { Model } from './model.ts';
import { withLegalNames } from './sanitizeNames.ts';
import { withSplits } from './split.ts';
import { withThreadSafety } from './threadSafety.ts';

export interface FinishOptions {
  /**
   * Keeps layers that no output needs, parameters that equal their defaults, and the order of parameters, for a net that comes from a
   * `.param` and is not changed.
   */
  readonly keepDefaults?: boolean;
}

export interface Finished {
  readonly model: Model;
  /** Warnings about changed names. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Prepares a model for writing: only layers that an output needs, in execution order, safe with any number of threads, with names that ncnn
 * can read and a Split wherever a blob is read more than once. Throws `NcnnError` if the net breaks a rule of ncnn.
 */
export function finalize(model: Model, { keepDefaults = false }: FinishOptions = {}): Finished {
  const { model: named, diagnostics } = withLegalNames(keepDefaults ? model : keepNeededOfModel(model));
  const split = withSplits(named);
  const layers = keepDefaults ? split.net.layers : split.net.layers.map((layer) => withThreadSafety(omitDefaults(layer)));
  const finished = { ...split, net: { ...split.net, layers } };
  const faults = checkNet(finished.net);
  if (faults.length > 0) throw new NcnnError(faults);
  return { model: finished, diagnostics };
}
