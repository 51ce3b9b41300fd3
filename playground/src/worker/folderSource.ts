import { type ByteSource, bytesInMemory } from '../../../src/bytes/byteSource.ts';
import { ncnnError } from '../../../src/diagnostics/diagnostic.ts';
import type { ModelSource } from '../../../src/importers/source.ts';
import type { OpenedFiles } from './messages.ts';

/** Reads a file synchronously, as importers need; only workers can. */
export type ReadBlob = (blob: Blob) => Uint8Array;

/** Files of at least this size are read in parts on demand and never loaded as a whole. */
const largeSize = 2 ** 28;

/**
 * A folder of files that a visitor gave, opened at one of them. Each file is read when it is needed, and once. Names from models may go
 * through folders (`./weights/a.bin`); a file that was chosen by itself is found by the last part of its name.
 */
export function folderSource({ files, model }: OpenedFiles, read: ReadBlob): ModelSource {
  const contents = new Map<string, Uint8Array>();
  const slash = model.lastIndexOf('/');
  const folder = model.slice(0, slash + 1);
  const blobOf = (name: string): { readonly key: string; readonly blob: Blob } => {
    const requested = name.replace(/^(?:\.\/)+/, '');
    for (const key of [`${folder}${requested}`, requested, requested.slice(requested.lastIndexOf('/') + 1)]) {
      const blob = files.get(key);
      if (blob !== undefined) return { key, blob };
    }
    throw ncnnError('file-missing', 'the file does not exist', 'Add the file under this name.', { file: name });
  };
  const side = (name: string): Uint8Array => {
    const { key, blob } = blobOf(name);
    const known = contents.get(key) ?? read(blob);
    contents.set(key, known);
    return known;
  };
  const sideFile = (name: string): ByteSource => {
    const { blob } = blobOf(name);
    if (blob.size < largeSize) return bytesInMemory(side(name));
    const part = (offset: number, length: number): Uint8Array => read(blob.slice(offset, offset + length));
    return { size: blob.size, part, stored: part };
  };
  const name = model.slice(slash + 1);
  const siblings = (): readonly string[] =>
    [...files.keys()]
      .filter((key) => key.startsWith(folder) && !key.slice(folder.length).includes('/'))
      .map((key) => key.slice(folder.length))
      .sort();
  return { file: name, name, bytes: side(name), side, sideFile, partners: [], siblings };
}
