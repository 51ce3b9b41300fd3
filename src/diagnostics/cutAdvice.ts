import type { Advice } from './advice.ts';
import type { DiagnosticCode } from './catalogue/index.ts';
import type { Diagnostic } from './diagnostic.ts';

/** The diagnostics with the tensors to cut at, where a cut helps; without tensors, that advice is removed. */
export function withCut(diagnostics: readonly Diagnostic[], names: readonly string[]): readonly Diagnostic[] {
  if (names.length > maxListed) return diagnostics;
  const cut: readonly Advice[] = names.length === 0 ? [] : [{ option: 'outputs', names }];
  return diagnostics.map((entry) => {
    const others = entry.advice.filter((advice) => advice.option !== 'outputs' || advice.names.length > 0);
    const isCuttable = others.length < entry.advice.length || cuttable.has(entry.code);
    const hasOutputs = others.some(({ option }) => option === 'outputs');
    return isCuttable && !hasOutputs ? { ...entry, advice: [...others, ...cut] } : entry;
  });
}

/** Codes for which a cut before the node helps, whatever else does. */
const cuttable: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>(['operator-unsupported', 'operator-unknown']);

/** A longer list is too long to paste. */
const maxListed = 16;
