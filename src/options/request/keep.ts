import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../convertOptions.ts';
import { unknownName } from './unknownName.ts';

export interface RequestedKeep {
  /** In the order of the model's names. */
  readonly kept: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The names that the `keep` option matches: a name, or a glob in which `*` is any text and `?` any character. */
export function requestKeep(keep: ConvertOptions['keep'], known: readonly string[]): RequestedKeep {
  if (keep === undefined || keep.length === 0) return { kept: [], diagnostics: [] };
  const names = [...new Set(known)];
  const exact = new Set(names);
  const kept = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const wanted of keep) {
    const matches = exact.has(wanted) ? [wanted] : matching(wanted, names);
    if (matches.length === 0) diagnostics.push(unknownName('tensor', wanted, names));
    for (const name of matches) kept.add(name);
  }
  return { kept: names.filter((name) => kept.has(name)), diagnostics };
}

function matching(glob: string, names: readonly string[]): readonly string[] {
  if (!/[*?]/.test(glob)) return [];
  const source = glob
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*+/g, '.*')
    .replaceAll('?', '.');
  const pattern = new RegExp(`^${source}$`, 'su');
  return names.filter((name) => pattern.test(name));
}
