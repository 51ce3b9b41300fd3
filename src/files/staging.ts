import { randomBytes } from 'node:crypto';
import {
  closeSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writevSync,
} from 'node:fs';
import path from 'node:path';
import { ncnnError } from '../diagnostics/diagnostic.ts';
import type { EmittedFile } from '../emit/artifact.ts';

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
    makeFolder(directory);
    removeLeftovers(directory);
    for (const file of files) {
      const temporary = temporaryIn(directory);
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

/**
 * Gives the files their names, all of them or none, replacing older ones. Commands that write to the same folder at the same time take
 * turns, so that each set is of one of them. Throws `NcnnError` (`output-unwritable`), leaving the older files.
 */
export function commit(staged: readonly StagedFile[]): void {
  const [first] = staged;
  if (first === undefined) return;
  const unlock = lock(path.dirname(first.temporary));
  const done: { readonly file: StagedFile; readonly backup: Backup }[] = [];
  try {
    for (const file of staged) {
      const backup = keepOlder(file.path);
      done.push({ file, backup });
      renameSync(file.temporary, file.path);
    }
    for (const { backup } of done) if (typeof backup === 'string') rmSync(backup, { force: true });
  } catch (error) {
    const failed = done.at(-1);
    for (const { file, backup } of done) {
      if (typeof backup === 'string') renameSync(backup, file.path);
      else if (backup === undefined && file !== failed?.file) rmSync(file.path, { force: true });
    }
    discard(staged);
    throw unwritable(error, failed?.file.path ?? first.path);
  } finally {
    unlock();
  }
}

/** Second name of an older file; `undefined` where there is none, `null` where it cannot have one. */
type Backup = string | undefined | null;

function keepOlder(file: string): Backup {
  const backup = temporaryIn(path.dirname(file));
  try {
    linkSync(file, backup);
    return backup;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ENOENT' ? undefined : null;
  }
}

function temporaryIn(directory: string): string {
  return path.join(directory, `.unplugin-ncnn-${randomBytes(9).toString('hex')}.tmp`);
}

const temporary = /^\.unplugin-ncnn-[0-9a-f]{18}\.tmp$/;
/** Milliseconds after which a file under a temporary name is one that a killed process has left. */
const staleFile = 3_600_000;

function removeLeftovers(directory: string): void {
  for (const name of readdirSync(directory)) {
    if (!temporary.test(name)) continue;
    const file = path.join(directory, name);
    const time = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (time !== undefined && Date.now() - time > staleFile) rmSync(file, { force: true });
  }
}

/** Renaming takes no time: a lock that is older, in milliseconds, was left by a process that was killed. */
const staleLock = 5000;
/** Time until a lock is looked at again, in milliseconds. */
const turn = 10;

/** Waits until nobody else renames files in the folder; gives back what lets the next one. */
function lock(directory: string): () => void {
  const name = path.join(directory, '.unplugin-ncnn.lock');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waited = 0; ; waited += turn) {
    try {
      mkdirSync(name);
      return () => rmdirSync(name);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw unwritable(error, name);
    }
    const age = Date.now() - (statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > staleLock || waited > 2 * staleLock) rmSync(name, { recursive: true, force: true });
    else Atomics.wait(clock, 0, 0, turn);
  }
}

/**
 * Runs a cleanup when the process is told to end, before it does. Gives back what takes that back. Meanwhile the process ends only
 * where it waits for something.
 */
export function onInterrupt(cleanup: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const end = (signal: NodeJS.Signals): void => {
    release();
    cleanup();
    // Ends as it would have without us, so that a shell sees why.
    process.kill(process.pid, signal);
  };
  const release = (): void => {
    for (const signal of signals) process.off(signal, end);
  };
  for (const signal of signals) process.on(signal, end);
  return release;
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

/** Makes a folder and those above it. Node's own way never ends where a system has a place for no folder, as `/proc`. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error;
  }
}

function writeFile(target: string, chunks: Iterable<Uint8Array>): number {
  // Nothing may be there yet: whatever somebody has put in the way, a link among it, is not written to.
  const handle = openSync(target, 'wx');
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
  const reason = reasons.get(code) ?? `the system refuses it (${code})`;
  return ncnnError('output-unwritable', `the result cannot be written: ${reason}`, 'Give a folder you may write to with -o.', {
    file: target,
  });
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EEXIST', 'a file is in the place of the folder'],
  ['ENOTDIR', 'a file is in the place of the folder'],
  ['EISDIR', 'a folder is in its place'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the quota of the disk is used up'],
  ['EFBIG', 'the file would be larger than the system allows'],
  ['EACCES', 'you may not write there'],
  ['EPERM', 'you may not write there'],
  ['EROFS', 'the disk can only be read'],
  ['ENAMETOOLONG', 'its name is too long'],
]);
