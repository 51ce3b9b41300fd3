import { type Diagnostic, type NcnnError, ncnnError, type Place } from '../../../diagnostics/diagnostic.ts';
import { cutBefore } from '../../../diagnostics/remedies.ts';
import { operatorDiagnostics } from '../../../graph/ir/operator.ts';
import type { CallOrigin } from './origin.ts';

/** A call of a program. */
interface Call {
  readonly target: string;
  readonly origin: CallOrigin;
  /** Shapes of its tensors. */
  readonly shapes: readonly string[];
}

/**
 * Adds the error of a call to the diagnostics. Once a budget is exceeded, all later calls fail; this is reported once. Rethrows all other
 * exceptions.
 */
export function reportCall(diagnostics: Diagnostic[], error: unknown, { target, origin: { module = '', sourceLine }, shapes }: Call): void {
  const source = sourceLine?.();
  const place: Place = {
    operator: target,
    shapes,
    ...(module === '' ? {} : { node: module }),
    ...(source === undefined ? {} : { source }),
  };
  for (const found of operatorDiagnostics(error, place)) {
    const isKnown = ({ code, message }: Diagnostic): boolean => code === found.code && message === found.message;
    if (found.code !== 'limit-exceeded' || !diagnostics.some(isKnown)) diagnostics.push(found);
  }
}

export function unknownOperator(target: string): NcnnError {
  return ncnnError('operator-unknown', `the operator ${target} is not supported`, cutBefore);
}
