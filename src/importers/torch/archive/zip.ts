import { Budget } from '../../../budget/budget.ts';
import { type NcnnError, ncnnError, type Place } from '../../../diagnostics/diagnostic.ts';
import { DirectoryReader } from './directory.ts';
import { inflate } from './inflate.ts';

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Uncompressed size in bytes. */
  readonly size: number;
  /**
   * The contents: a view of the archive if the entry is stored uncompressed, otherwise inflated at the first call. Do not modify them.
   * Throws `NcnnError`: `file-malformed`, `file-truncated`, `limit-exceeded`.
   */
  readonly read: () => Uint8Array;
}

/** The limits of an archive, and the file name in its diagnostics. */
export interface ZipContext {
  /** The path of the file; for a nested archive, the path of the outer archive and the name of the entry. */
  readonly file: string;
  /** Limits the number of entries and of inflated bytes. */
  readonly budget?: Budget;
}

/**
 * Opens a zip archive by its central directory, so data descriptors, padding and bytes before the first entry do not matter. Supports
 * Zip64. An entry is checked when it is read.
 *
 * Throws `NcnnError`: `file-truncated`, `file-malformed`, `limit-exceeded`.
 */
export function openZip(bytes: Uint8Array, { file, budget = new Budget({}, bytes.length) }: ZipContext): ReadonlyMap<string, ZipEntry> {
  const directory = new DirectoryReader(bytes, file);
  const count = directory.count;
  budget.spend('entries', count, { file });
  const entries = new Map<string, ZipEntry>();
  for (let index = 0; index < count; index++) {
    const { name, method, isEncrypted, packedSize, size, start, at } = directory.next();
    const place = { file, offset: at };
    if (name.endsWith('/')) continue;
    if (entries.has(name)) throw malformedZip(`the archive has two entries "${name}"`, place);
    if (method === 0 && packedSize !== size) {
      throw malformedZip(`the entry "${name}" is stored in ${packedSize} bytes, but its size is ${size}`, place);
    }
    let inflated: Uint8Array | undefined;
    const read = (): Uint8Array => {
      if (isEncrypted) throw malformedZip(`the entry "${name}" is encrypted`, place);
      if (method !== 0 && method !== 8)
        throw malformedZip(`the entry "${name}" is packed by method ${method}; only 0 and 8 are read`, place);
      if (inflated !== undefined) return inflated;
      const packed = directory.contents(name, start, packedSize, place);
      if (method === 0) return packed;
      budget.spend('bytes', size, place);
      inflated = inflate(packed, size);
      if (inflated === undefined) throw malformedZip(`the entry "${name}" does not inflate to ${size} bytes`, place);
      return inflated;
    };
    entries.set(name, { name, size, read });
  }
  return entries;
}

/** Whether bytes start with the signature of a zip archive. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

function malformedZip(message: string, place: Place): NcnnError {
  return ncnnError('file-malformed', message, 'Download the file again, or save it again with torch.', place);
}
