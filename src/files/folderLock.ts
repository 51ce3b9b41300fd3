import { mkdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { undefinedOn } from './errorCodes.ts';
import { uninterrupted } from './uninterrupted.ts';

/** Age in milliseconds after which the process of a lock is assumed to be killed: renaming files takes almost no time. */
const staleAfterMs = 5000;
/** Milliseconds between attempts to take the lock. */
const retryMs = 10;

/** Runs an action while no other process runs one for the same folder. A signal does not end the process during the action. */
export function withFolderLock<T>(directory: string, action: () => T): T {
  const lock = path.join(directory, '.unplugin-ncnn.lock');
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (let waitedMs = 0; ; waitedMs += retryMs) {
    const attempt = uninterrupted(() => runLocked(lock, action));
    if (attempt !== undefined) return attempt.result;
    const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (ageMs > staleAfterMs || waitedMs > 2 * staleAfterMs) rmSync(lock, { recursive: true, force: true });
    else Atomics.wait(clock, 0, 0, retryMs);
  }
}

/** Runs the action if the lock is free; otherwise returns `undefined`. */
function runLocked<T>(lock: string, action: () => T): { readonly result: T } | undefined {
  const isFree = undefinedOn(['EEXIST'], () => {
    mkdirSync(lock);
    return true;
  });
  if (isFree === undefined) return undefined;
  try {
    return { result: action() };
  } finally {
    rmdirSync(lock);
  }
}
