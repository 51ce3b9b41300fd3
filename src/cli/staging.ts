import { closeSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, writevSync } from 'node:fs';
import path from 'node:path';
import type { EmittedFile } from '../api.ts';
import { ncnnError } from '../diagnostics.ts';

/** Views handed to the system in one call. */
const piecesAtOnce = 256;
/** Pieces wait until they are that long together; computed ones take memory meanwhile. */
const bytesAtOnce = 1 << 18;

/** A result that is written under a temporary name. */
export interface StagedFile {
  /** Path as it is told to the user, below the directory as given. */
  readonly path: string;
  readonly temporary: string;
  /** Number of bytes. */
  readonly size: number;
}

/**
 * Writes files under temporary names in the directory they belong to, which is made where it is missing. Views go to the system
 * as they are, so that weights are not copied. Throws `NcnnError` (`output-unwritable`), leaving nothing behind.
 */
export function stage(directory: string, files: readonly EmittedFile[]): readonly StagedFile[] {
  const staged: StagedFile[] = [];
  try {
    mkdirSync(directory, { recursive: true });
    for (const file of files) {
      const temporary = path.join(directory, `.${file.name}.${process.pid}.tmp`);
      // Noted down first: a file that is half written is to be removed as well.
      const entry = { path: path.join(directory, file.name), temporary, size: 0 };
      staged.push(entry);
      entry.size = writeFile(temporary, file.chunks());
    }
    return staged;
  } catch (error) {
    discard(staged);
    throw unwritable(error, staged.at(-1)?.path ?? directory);
  }
}

/** Gives the files their names, replacing older ones. Throws `NcnnError` (`output-unwritable`) and removes what is left. */
export function commit(staged: readonly StagedFile[]): void {
  for (const [index, file] of staged.entries()) {
    try {
      renameSync(file.temporary, file.path);
    } catch (error) {
      discard(staged.slice(index));
      throw unwritable(error, file.path);
    }
  }
}

/** Removes files that are staged. */
export function discard(staged: readonly StagedFile[]): void {
  for (const file of staged) rmSync(file.temporary, { force: true });
}

/**
 * The file that a path means, to compare paths by: links in the folder are resolved; case does not count where file systems
 * ignore it. Works for files that do not exist.
 */
export function identity(file: string): string {
  const absolute = path.resolve(file);
  const resolved = path.join(realFolder(path.dirname(absolute)), path.basename(absolute));
  return process.platform === 'win32' || process.platform === 'darwin' ? resolved.toLowerCase() : resolved;
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    const parent = path.dirname(folder);
    return parent === folder ? folder : path.join(realFolder(parent), path.basename(folder));
  }
}

function writeFile(target: string, chunks: Iterable<Uint8Array>): number {
  const handle = openSync(target, 'w');
  let size = 0;
  try {
    let batch: Uint8Array[] = [];
    let waiting = 0;
    for (const chunk of chunks) {
      if (chunk.byteLength > 0) batch.push(chunk);
      waiting += chunk.byteLength;
      if (batch.length < piecesAtOnce && waiting < bytesAtOnce) continue;
      size += writeAll(handle, batch);
      batch = [];
      waiting = 0;
    }
    return size + writeAll(handle, batch);
  } finally {
    closeSync(handle);
  }
}

/** Writes all pieces, also where the system takes only a part of them at a time. */
function writeAll(handle: number, pieces: readonly Uint8Array[]): number {
  let rest = pieces;
  let total = 0;
  while (rest.length > 0) {
    let written = writevSync(handle, rest);
    total += written;
    let done = 0;
    for (const piece of rest) {
      if (written < piece.byteLength) break;
      written -= piece.byteLength;
      done++;
    }
    const [partial, ...others] = rest.slice(done);
    rest = partial === undefined ? [] : [partial.subarray(written), ...others];
  }
  return total;
}

function unwritable(error: unknown, target: string): Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  // What a form could not make of the net is not about the disk.
  if (code === undefined || !(error instanceof Error) || !('syscall' in error))
    return error instanceof Error ? error : new Error(String(error));
  const reason = code === 'EEXIST' || code === 'ENOTDIR' ? 'a file is in the place of the folder' : `the system refuses it (${code})`;
  return ncnnError('output-unwritable', `the result cannot be written: ${reason}`, 'Give a folder you may write to with -o.', {
    file: target,
  });
}
