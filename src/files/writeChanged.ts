import { closeSync, openSync, readSync, statSync } from 'node:fs';
import path from 'node:path';
import type { EmittedFile } from '../emit/artifact.ts';
import { missingFile, undefinedOn } from './errorCodes.ts';
import { commit, stageAtOnce } from './staging.ts';

/**
 * Writes the files whose contents differ from those in the folder, all of them or none, so that unchanged files do not cause a rebuild.
 * Throws `NcnnError` (`output-unwritable`).
 */
export function writeChanged(folder: string, files: readonly EmittedFile[]): void {
  const changed = files.filter(({ name, chunks }) => !hasContents(path.join(folder, name), chunks()));
  commit(stageAtOnce(folder, changed));
}

/** Error codes for a file that is missing, or that cannot be read but may be replaced. */
const unreadable: readonly string[] = [...missingFile, 'EACCES', 'EPERM'];

/** Whether a file has exactly these bytes. They are compared in pieces, because weights are large. */
function hasContents(file: string, chunks: Iterable<Uint8Array>): boolean {
  const handle = undefinedOn(unreadable, () => (statSync(file).isFile() ? openSync(file, 'r') : undefined));
  if (handle === undefined) return false;
  try {
    for (const chunk of chunks) {
      const present = Buffer.alloc(chunk.byteLength);
      if (readFully(handle, present) < chunk.byteLength || !present.equals(chunk)) return false;
    }
    return readSync(handle, Buffer.alloc(1)) === 0;
  } finally {
    closeSync(handle);
  }
}

/** Fills the buffer, or only a part of it at the end of the file, and returns the number of bytes. */
function readFully(handle: number, target: Buffer): number {
  let length = 0;
  while (length < target.byteLength) {
    const count = readSync(handle, target, length, target.byteLength - length, null);
    if (count === 0) break;
    length += count;
  }
  return length;
}
