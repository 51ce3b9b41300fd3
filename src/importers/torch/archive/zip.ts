import { Budget } from '../../../budget/budget.ts';
import { type NcnnError, ncnnError, type Place } from '../../../diagnostics/diagnostic.ts';
import { DirectoryReader } from './directory.ts';
import { inflate } from './inflate.ts';

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Bytes once it is inflated. */
  readonly size: number;
  /**
   * Its contents: a view of the archive where the entry is stored, inflated at the first call otherwise. Not to be written to.
   * Throws `NcnnError`: `file-malformed`, `file-truncated`, `limit-exceeded`.
   */
  readonly read: () => Uint8Array;
}

/** What limits an archive, and where its diagnostics point. */
export interface ZipContext {
  /** The path of the file; inside of an archive, that of the archive and the name of the entry. */
  readonly file: string;
  /** Pays for the entries, and for the bytes that are inflated. */
  readonly budget?: Budget;
}

/**
 * Opens a zip archive by its central directory, so that sizes in data descriptors, padding and anything in front of the first entry do not
 * matter. Zip64 is read as well. An entry is looked at when it is read.
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

/** Whether bytes begin as a zip archive does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04;
}

function malformedZip(message: string, place: Place): NcnnError {
  return ncnnError('file-malformed', message, 'Fetch the file again, or save it again with torch.', place);
}
