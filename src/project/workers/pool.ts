import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { CachedConversion, ConvertCached } from '../conversion/convertCached.ts';
import { startThread, type Thread } from './workerThread.ts';

/** Milliseconds after which a thread without work is ended; it holds memory. */
const patience = 10_000;

export interface PoolOptions {
  /** Threads at a time; unless given as many as leave the host one of the processors, four at most. */
  readonly size?: number;
}

/**
 * Makes models in threads, so that the host's own stays free, and several at a time. Threads are started as they are needed
 * and end when there is nothing to do for a while; they do not keep the process alive. Where none can be started, `here` does it all.
 *
 * @param file the script of the threads, `threads/worker.ts` as it is built.
 */
export function convertInWorkers(file: URL, here: ConvertCached, { size = defaultSize() }: PoolOptions = {}): ConvertCached {
  const free: Thread[] = [];
  const waiting: ((thread: Thread | undefined) => void)[] = [];
  const timers = new Map<Thread, NodeJS.Timeout>();
  let count = 0;
  let usable = existsSync(file);

  const borrow = async (): Promise<Thread | undefined> => {
    for (let thread = free.pop(); thread !== undefined; thread = free.pop()) {
      clearTimeout(timers.get(thread));
      timers.delete(thread);
      if (!thread.isOver()) return thread;
      count--;
    }
    if (count >= size) return await new Promise((resolve) => waiting.push(resolve));
    count++;
    const thread = await startThread(file);
    if (thread === undefined) {
      usable = false;
      for (const resolve of waiting.splice(0)) resolve(undefined);
    }
    return thread;
  };

  const giveBack = (thread: Thread): void => {
    const next = waiting.shift();
    if (!thread.isOver()) {
      if (next !== undefined) next(thread);
      else rest(thread);
      return;
    }
    count--;
    if (next !== undefined) borrow().then(next);
  };

  const rest = (thread: Thread): void => {
    free.push(thread);
    const end = (): void => {
      timers.delete(thread);
      free.splice(free.indexOf(thread), 1);
      count--;
      thread.stop();
    };
    timers.set(thread, setTimeout(end, patience).unref());
  };

  return async (request, onStage): Promise<CachedConversion> => {
    const thread = usable ? await borrow() : undefined;
    if (thread === undefined) return await here(request, onStage);
    try {
      return await thread.make(request, onStage);
    } finally {
      giveBack(thread);
    }
  };
}

function defaultSize(): number {
  return Math.max(1, Math.min(4, availableParallelism() - 1));
}
