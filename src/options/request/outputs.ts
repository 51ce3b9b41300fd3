import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../convertOptions.ts';
import { unknownName } from './unknownName.ts';

export interface RequestedOutputs {
  /** Tensors that replace the model's outputs, without duplicates; empty if the model's outputs remain. */
  readonly outputs: readonly string[];
  /** Tensors added after the model's outputs, or after `outputs` if it is not empty. */
  readonly added: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The tensors at which the `outputs` option cuts; `+NAME` adds one to the existing outputs. `known` are those of the model, the most likely
 * first.
 */
export function requestOutputs(outputs: ConvertOptions['outputs'], known: readonly string[]): RequestedOutputs {
  const requested = [...new Set(outputs)];
  if (requested.length === 0) return { outputs: [], added: [], diagnostics: [] };
  const names = new Set(known);
  const isAdded = (name: string): boolean => name.startsWith('+') && !names.has(name);
  const cut = requested.filter((name) => !isAdded(name));
  const added = requested.filter(isAdded).map((name) => name.slice(1));
  const unknown = [...cut, ...added].filter((name) => !names.has(name));
  return {
    outputs: cut,
    added: added.filter((name) => !cut.includes(name)),
    diagnostics: unknown.map((name) => unknownName('tensor', name, [...names])),
  };
}
