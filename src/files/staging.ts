import { linkSync, renameSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { ncnnError } from '../diagnostics/diagnostic.ts';
import type { EmittedFile } from '../emit/artifact.ts';
import { errorCode, isSystemError } from './errorCodes.ts';
import { withFolderLock } from './folderLock.ts';
import { removeFile } from './removeFile.ts';
import { finishRenames, noteRenames } from './renameJournal.ts';
import { removeStaleTemporaries, temporaryIn } from './temporaries.ts';
import { makeFolder, writeInSteps } from './writeFile.ts';

/** A file that was written under a temporary name. */
export interface StagedFile {
  /** Path to show to the user, relative to the directory as given. */
  readonly path: string;
  readonly temporary: string;
  /** Number of bytes. */
  readonly size: number;
}

/** Bytes written before signals are handled again. */
const bytesPerTurn = 1 << 24;

/**
 * Writes files under temporary names into their directory, which is created if necessary. Between parts of a large file it yields to the
 * event loop, so that signals are handled. Throws `NcnnError` (`output-unwritable`) after removing everything it wrote.
 */
export async function stage(directory: string, files: readonly EmittedFile[]): Promise<readonly StagedFile[]> {
  const staging = stageInSteps(directory, files);
  let written = 0;
  for (;;) {
    const step = staging.next();
    if (step.done) return step.value;
    written += step.value;
    if (written < bytesPerTurn) continue;
    written = 0;
    await setImmediate();
  }
}

/** Writes small files like {@link stage}, but synchronously. */
export function stageAtOnce(directory: string, files: readonly EmittedFile[]): readonly StagedFile[] {
  const staging = stageInSteps(directory, files);
  for (;;) {
    const step = staging.next();
    if (step.done) return step.value;
  }
}

function* stageInSteps(directory: string, files: readonly EmittedFile[]): Generator<number, readonly StagedFile[], undefined> {
  const staged: StagedFile[] = [];
  try {
    makeFolder(directory);
    for (const file of files) {
      const temporary = temporaryIn(directory);
      // Listed before it is written, so that a partially written file is removed as well.
      const entry = { path: path.join(directory, file.name), temporary, size: 0 };
      staged.push(entry);
      entry.size = yield* writeInSteps(temporary, file.chunks());
    }
    return staged;
  } catch (error) {
    discard(staged);
    throw unwritable(error, staged.at(-1)?.path ?? directory);
  }
}

/**
 * Renames the files to their final names, all of them or none, replacing older files; the manifest comes last. Commands that write to the
 * same folder at the same time wait for each other, so that each set comes from one command. If the process is killed meanwhile, the next
 * one that writes to the folder completes the renames. Throws `NcnnError` (`output-unwritable`) and keeps the older files.
 */
export function commit(staged: readonly StagedFile[]): void {
  const [first] = staged;
  if (first === undefined) return;
  try {
    const directory = path.dirname(first.temporary);
    withFolderLock(directory, () => {
      finishRenames(directory);
      removeStaleTemporaries(directory);
      renameAll(directory, staged);
    });
  } catch (error) {
    discard(staged);
    throw unwritable(error, first.path);
  }
}

function renameAll(directory: string, staged: readonly StagedFile[]): void {
  const renamed: { readonly file: StagedFile; readonly backup: Backup }[] = [];
  const order = [...staged].sort((left, right) => Number(isManifest(left)) - Number(isManifest(right)));
  const forget = noteRenames(
    directory,
    order.map((file) => ({ temporary: path.basename(file.temporary), name: path.basename(file.path) })),
  );
  for (const file of order) {
    const backup = backUp(file.path);
    try {
      renameSync(file.temporary, file.path);
      renamed.push({ file, backup });
    } catch (error) {
      if (typeof backup === 'string') removeFile(backup);
      for (const earlier of renamed) restore(earlier.file, earlier.backup);
      forget();
      throw unwritable(error, file.path);
    }
  }
  forget();
  for (const { backup } of renamed) if (typeof backup === 'string') removeFile(backup);
}

/** When a reader finds a new manifest, the files that it describes must already exist. */
function isManifest(file: StagedFile): boolean {
  return file.path.endsWith('.ncnn.json');
}

/** Temporary hard link to an older file; `undefined` if there is no older file, `null` if it cannot be linked. */
type Backup = string | undefined | null;

function backUp(file: string): Backup {
  const backup = temporaryIn(path.dirname(file));
  try {
    linkSync(file, backup);
    return backup;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return errorCode(error) === 'ENOENT' ? undefined : null;
  }
}

function restore(file: StagedFile, backup: Backup): void {
  if (typeof backup === 'string') renameSync(backup, file.path);
  else if (backup === undefined) removeFile(file.path);
}

/** Removes staged files. */
export function discard(staged: readonly StagedFile[]): void {
  for (const file of staged) removeFile(file.temporary);
}

/** Converts a system error to a diagnostic. Any other exception, such as one of an emitter, is returned unchanged. */
function unwritable(error: unknown, target: string): unknown {
  if (!isSystemError(error)) return error;
  const code = errorCode(error) ?? '';
  const reason = reasons.get(code) ?? `the system call failed (${code})`;
  return ncnnError('output-unwritable', `the result cannot be written: ${reason}`, 'Give a folder you may write to with -o.', {
    file: target,
  });
}

const reasons: ReadonlyMap<string, string> = new Map([
  ['EEXIST', 'a file has the name of the folder'],
  ['ENOTDIR', 'a file has the name of the folder'],
  ['EISDIR', 'a folder has its name'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EFBIG', 'the file would be larger than the system allows'],
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the disk is read-only'],
  ['ENAMETOOLONG', 'the name is too long'],
]);
