import { setTimeout as sleep } from 'node:timers/promises';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

/** Key under which all threads of a process share the number of actions that a signal must not interrupt; -1 when the process is ending. */
const environmentKey = 'unplugin-ncnn:uninterrupted';
const ending = -1;
const retryMs = 5;

/** Lets this thread and its workers register actions. Returns a function that waits for these to end and prevents new ones. */
export function trackUninterrupted(): () => Promise<void> {
  const count = new Int32Array(new SharedArrayBuffer(4));
  setEnvironmentData(environmentKey, count);
  return async () => {
    while (Atomics.compareExchange(count, 0, 0, ending) > 0) await sleep(retryMs);
  };
}

/** Runs an action to its end even if a signal arrives, provided that the process tracks such actions. */
export function uninterrupted<T>(action: () => T): T {
  const count = getEnvironmentData(environmentKey);
  if (!(count instanceof Int32Array)) return action();
  begin(count);
  try {
    return action();
  } finally {
    Atomics.sub(count, 0, 1);
  }
}

function begin(count: Int32Array): void {
  for (;;) {
    const current = Atomics.load(count, 0);
    // This thread is about to be stopped.
    if (current === ending) Atomics.wait(count, 0, ending);
    else if (Atomics.compareExchange(count, 0, current, current + 1) === current) return;
  }
}
