import { type NcnnError, ncnnError, type Place } from '../diagnostics/diagnostic.ts';

/** The refusal of a file that would take more memory than its size lets expect, and what raises the limit. */
export function tooManyEntries(message: string, most: number, place: Place): NcnnError {
  const hint = `A model has a few for each of its nodes; if you trust this one, raise \`maxEntries\` (\`--max-entries ${2 * most}\`).`;
  return ncnnError('limit-exceeded', message, hint, place);
}
