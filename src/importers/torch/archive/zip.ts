import { Budget } from '../../../budget/budget.ts';
import { type ByteSource, bytesInMemory, rangeOf } from '../../../bytes/byteSource.ts';
import { type NcnnError, ncnnError, type Place } from '../../../diagnostics/diagnostic.ts';
import { type DirectoryEntry, DirectoryReader } from './directory.ts';
import { inflate } from './inflate.ts';

/** A file in a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Uncompressed size in bytes. */
  readonly size: number;
  /**
   * The contents: a range of the archive if the entry is stored uncompressed, otherwise inflated at the first call.
   * Throws `NcnnError`: `file-malformed`, `file-truncated`, `limit-exceeded`.
   */
  readonly open: () => ByteSource;
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
export function openZip(source: ByteSource, { file, budget = new Budget({}, source.size) }: ZipContext): ReadonlyMap<string, ZipEntry> {
  const directory = new DirectoryReader(source, file);
  const count = directory.count;
  budget.spend('entries', count, { file });
  const entries = new Map<string, ZipEntry>();
  for (let index = 0; index < count; index++) {
    const record = directory.next();
    const { name, method, packedSize, size, at } = record;
    const place = { file, offset: at };
    if (name.endsWith('/')) continue;
    if (entries.has(name)) throw malformedZip(`the archive has two entries "${name}"`, place);
    if (method === 0 && packedSize !== size) {
      throw malformedZip(`the entry "${name}" is stored in ${packedSize} bytes, but its size is ${size}`, place);
    }
    let contents: ByteSource | undefined;
    const open = (): ByteSource => {
      contents ??= openEntry(source, directory, record, { budget, place });
      return contents;
    };
    entries.set(name, { name, size, open });
  }
  return entries;
}

function openEntry(
  source: ByteSource,
  directory: DirectoryReader,
  record: DirectoryEntry,
  { budget, place }: { readonly budget: Budget; readonly place: Place },
): ByteSource {
  const { name, method, packedSize, size } = record;
  if (record.isEncrypted) throw malformedZip(`the entry "${name}" is encrypted`, place);
  if (method !== 0 && method !== 8) {
    throw malformedZip(`the entry "${name}" is packed by method ${method}; only 0 and 8 are supported`, place);
  }
  const start = directory.contentsOffset(record);
  if (method === 0) return rangeOf(source, start, size);
  budget.spend('bytes', size, place);
  const inflated = inflate(source.part(start, packedSize), size);
  if (inflated === undefined) throw malformedZip(`the entry "${name}" does not inflate to ${size} bytes`, place);
  return bytesInMemory(inflated);
}

const signature: readonly number[] = [0x50, 0x4b, 0x03, 0x04];

/** Whether a file starts with the signature of a zip archive. */
export function isZip(source: ByteSource): boolean {
  const bytes = source.part(0, Math.min(signature.length, source.size));
  return signature.every((byte, index) => bytes[index] === byte);
}

function malformedZip(message: string, place: Place): NcnnError {
  return ncnnError('file-malformed', message, 'Download the file again, or save it again with torch.', place);
}
