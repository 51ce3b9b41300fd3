import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../convertOptions.ts';
import { unknownName } from './unknownName.ts';

export interface RequestedKeep {
  /** In the order of the model's names. */
  readonly names: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The names that the `keep` option matches: a name, or a glob in which `*` is any text and `?` any character. */
export function requestKeep(keep: ConvertOptions['keep'], known: readonly string[]): RequestedKeep {
  if (keep === undefined || keep.length === 0) return { names: [], diagnostics: [] };
  const names = [...new Set(known)];
  const exact = new Set(names);
  const matched = new Set<string>();
  const diagnostics: Diagnostic[] = [];
  for (const pattern of keep) {
    const matches = exact.has(pattern) ? [pattern] : matching(pattern, names);
    if (matches.length === 0) diagnostics.push(unknownName('tensor', pattern, names));
    for (const name of matches) matched.add(name);
  }
  return { names: names.filter((name) => matched.has(name)), diagnostics };
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
