import { type ModelSource, sourceInMemory } from './source.ts';

/** Contents of files by name. */
export type FilesByName = Readonly<Record<string, string | Uint8Array>>;

/** A folder in memory, opened at its first file. */
export function sourceOfFiles(files: FilesByName, partners: readonly string[] = []): ModelSource {
  const encoder = new TextEncoder();
  const entries = Object.entries(files).map(
    ([name, contents]) => [name, typeof contents === 'string' ? encoder.encode(contents) : contents] as const,
  );
  return sourceInMemory(new Map(entries), entries[0]?.[0] ?? '', partners);
}
