import { conversionErrors } from '../diagnostics/conversionErrors.ts';
import { type Diagnostic, inFile, NcnnError } from '../diagnostics/diagnostic.ts';

/** One error for any exception during the work on a model: the earlier diagnostics, then its own, all with the file as their place. */
export function failureIn(file: string, before: readonly Diagnostic[], error: unknown): NcnnError {
  return new NcnnError(inFile(file, [...before, ...conversionErrors(error)]));
}
