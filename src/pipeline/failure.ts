import { conversionErrors } from '../diagnostics/conversionErrors.ts';
import { type Diagnostic, inFile, NcnnError } from '../diagnostics/diagnostic.ts';

/** One error for whatever was thrown while a model was worked on: what was found before, then its diagnostics, all in the file. */
export function failureIn(file: string, before: readonly Diagnostic[], error: unknown): NcnnError {
  return new NcnnError(inFile(file, [...before, ...conversionErrors(error)]));
}
