import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../convertOptions.ts';
import { unknownName } from './unknownName.ts';

export interface RequestedOutputs {
  /** Each once; none where nothing is asked for, so that the model's own stay. */
  readonly outputs: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The tensors at which the `outputs` option cuts. `known` are those that the model has, the likeliest first. */
export function requestOutputs(outputs: ConvertOptions['outputs'], known: readonly string[]): RequestedOutputs {
  const wanted = [...new Set(outputs)];
  if (wanted.length === 0) return { outputs: [], diagnostics: [] };
  const names = new Set(known);
  const unknown = wanted.filter((name) => !names.has(name));
  return { outputs: wanted, diagnostics: unknown.map((name) => unknownName('tensor', name, [...names])) };
}
