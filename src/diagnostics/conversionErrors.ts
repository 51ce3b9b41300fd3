import { type Diagnostic, diagnostic, NcnnError, type Place } from './diagnostic.ts';

/**
 * The diagnostics of an exception. An {@link NcnnError} contains its own; every other exception is an error of the converter, not of the
 * model, and becomes an `internal-error`.
 */
export function conversionErrors(error: unknown, place: Place = {}): readonly Diagnostic[] {
  return error instanceof NcnnError ? error.diagnostics : [internalError(error, place)];
}

function internalError(error: unknown, place: Place): Diagnostic {
  const message = `the converter failed: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}`;
  const hint = 'Report this bug of the converter, with the model and the stack that `--debug` prints.';
  const stack = error instanceof Error ? error.stack : undefined;
  return { ...diagnostic('internal-error', message, hint, place), ...(stack === undefined ? {} : { stack }) };
}
