import { closeSync, mkdirSync, openSync, renameSync, statSync, writevSync } from 'node:fs';
import path from 'node:path';
import { removeFile } from './removeFile.ts';
import { temporaryIn } from './temporaries.ts';

/** Maximum number of views per system call. */
const maxViews = 256;
/** Views are batched up to this many bytes, because computed ones take memory until they are written. */
const maxBatchBytes = 1 << 18;

/** Creates a folder and its parents. Node's recursive `mkdir` does not return where the system permits no folder, as in `/proc`. */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const parent = path.dirname(folder);
  if (parent !== folder) makeFolder(parent);
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another process may have created it in the meantime.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Writes a file under a temporary name and renames it, so that a reader sees either the old contents or the new ones. */
export function replaceFile(target: string, chunks: Iterable<Uint8Array>): void {
  const temporary = temporaryIn(path.dirname(target));
  try {
    writeNewFile(temporary, chunks);
    renameSync(temporary, target);
  } catch (error) {
    removeFile(temporary);
    throw error;
  }
}

/**
 * Writes a file that must not exist yet, and returns its size in bytes. Views are passed to the system directly, so that weights are not
 * copied.
 */
function writeNewFile(target: string, chunks: Iterable<Uint8Array>): number {
  const writing = writeInSteps(target, chunks);
  for (;;) {
    const step = writing.next();
    if (step.done) return step.value;
  }
}

/**
 * Writes a file like {@link writeNewFile}, but pauses after each system call: yields the number of bytes written by the call, and returns
 * the size.
 */
export function* writeInSteps(target: string, chunks: Iterable<Uint8Array>): Generator<number, number, undefined> {
  // The flag also rejects an existing symbolic link.
  const handle = openSync(target, 'wx');
  let size = 0;
  try {
    let batch: Uint8Array[] = [];
    let batchBytes = 0;
    for (const chunk of chunks) {
      if (chunk.byteLength > 0) batch.push(chunk);
      batchBytes += chunk.byteLength;
      if (batch.length < maxViews && batchBytes < maxBatchBytes) continue;
      const written = writeAll(handle, batch);
      size += written;
      batch = [];
      batchBytes = 0;
      yield written;
    }
    return size + writeAll(handle, batch);
  } finally {
    closeSync(handle);
  }
}

/** Writes all views, even if the system writes only a part of them per call. */
function writeAll(handle: number, views: readonly Uint8Array[]): number {
  let remaining = views;
  let total = 0;
  while (remaining.length > 0) {
    const written = writevSync(handle, remaining);
    total += written;
    remaining = skipBytes(remaining, written);
  }
  return total;
}

function skipBytes(views: readonly Uint8Array[], count: number): readonly Uint8Array[] {
  let offset = count;
  for (const [index, view] of views.entries()) {
    if (offset < view.byteLength) return [view.subarray(offset), ...views.slice(index + 1)];
    offset -= view.byteLength;
  }
  return [];
}
