import { type NcnnError, ncnnError, type Place } from '../diagnostics/diagnostic.ts';

/** The refusal of a file that would take more memory than its size lets expect, and what raises the limit. */
export function tooManyEntries(message: string, most: number, place: Place): NcnnError {
  const hint = 'Raise the limit if you trust the model; most have a few entries for each of their nodes.';
  return ncnnError('limit-exceeded', message, { hint, advice: [{ option: 'maxEntries', value: 2 * most }] }, place);
}
