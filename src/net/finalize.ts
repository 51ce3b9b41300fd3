import { type Diagnostic, NcnnError } from '../diagnostics/diagnostic.ts';
import { keepNeededOfModel } from './deadCode.ts';
import { checkNet } from './format/check.ts';
import { withIntegerBlobs } from './integerBlobs.ts';
import { omitDefaults } from './layers/params.ts';
import type { Model } from './model.ts';
import type { Layer } from './net.ts';
import { withLegalNames } from './sanitizeNames.ts';
import { withSplits } from './split.ts';
import { withThreadSafety } from './threadSafety.ts';

export interface FinishOptions {
  /**
   * Keeps layers that no output needs, parameters that equal their defaults, and the order of parameters, for a net that comes from a
   * `.param` and is not changed.
   */
  readonly keepDefaults?: boolean;
  /** `false` if the net must run on releases of ncnn without feature masks. */
  readonly masks?: boolean;
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
export function finalize(model: Model, { keepDefaults = false, masks = true }: FinishOptions = {}): Finished {
  const { model: named, diagnostics } = withLegalNames(keepDefaults ? model : keepNeededOfModel(model));
  const split = withSplits(named);
  const layers = keepDefaults ? split.net.layers : finished(split.net.layers, masks);
  const result = { ...split, net: { ...split.net, layers } };
  const faults = checkNet(result.net);
  if (faults.length > 0) throw new NcnnError(faults);
  return { model: result, diagnostics };
}

function finished(layers: readonly Layer[], masks: boolean): readonly Layer[] {
  return (masks ? withIntegerBlobs(layers) : layers).map((layer) => withThreadSafety(omitDefaults(layer)));
}
