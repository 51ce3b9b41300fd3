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

/** A source whose file is large: it is read in ranges, and reading all bytes at once throws. */
export interface LargeSource {
  readonly source: ModelSource;
  /** The number of bytes read so far. */
  readonly bytesRead: () => number;
}

export function largeSource(source: ModelSource): LargeSource {
  const { bytes, ...beside } = source;
  let count = 0;
  const part = (offset: number, length: number): Uint8Array => {
    count += length;
    return bytes.slice(offset, offset + length);
  };
  const large = {
    size: bytes.length,
    part,
    stored: (offset: number, length: number) => ({ byteLength: length, read: () => part(offset, length) }),
  };
  return {
    source: {
      ...beside,
      large,
      get bytes(): Uint8Array {
        throw new Error('the whole file is read');
      },
    },
    bytesRead: () => count,
  };
}
