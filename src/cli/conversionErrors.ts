import { type Diagnostic, diagnostic, NcnnError } from '../diagnostics/diagnostic.ts';

/** The diagnostics of whatever was thrown while a model was worked on. */
export function conversionErrors(model: string, error: unknown): readonly Diagnostic[] {
  return error instanceof NcnnError ? error.diagnostics : [internal(model, error)];
}

/** A fault of ours, told like any other so that further models are still tried. */
function internal(model: string, error: unknown): Diagnostic {
  const told = error instanceof Error ? (error.stack ?? error.message).split('\n').slice(0, 3) : [String(error)];
  const message = `the converter failed: ${told.map((line) => line.trim()).join(' ')}`;
  const hint = 'This is a fault of the converter and not of the model: please report it with the model.';
  return diagnostic('internal-error', message, hint, { file: model });
}
