import { setTimeout as sleep } from 'node:timers/promises';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

/** Under this key all threads of a process share the number of actions that a signal must not cut short; -1 when it is ending. */
const environmentKey = 'unplugin-ncnn:uninterrupted';
const ending = -1;
const retryMs = 5;

/** Lets this thread and the workers it starts register actions; gives what waits for those to end, and lets no other begin. */
export function trackUninterrupted(): () => Promise<void> {
  const count = new Int32Array(new SharedArrayBuffer(4));
  setEnvironmentData(environmentKey, count);
  return async () => {
    while (Atomics.compareExchange(count, 0, 0, ending) > 0) await sleep(retryMs);
  };
}

/** Runs an action to its end also when a signal arrives meanwhile, as far as the process tracks such actions. */
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
