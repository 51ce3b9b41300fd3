import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import type { CachedConversion, ConvertCached } from '../conversion/convertCached.ts';
import { startWorkerThread, type TimeLimit, type WorkerThread } from './workerThread.ts';

/** Milliseconds after which an idle worker is stopped to free its memory. */
const idleTimeoutMs = 10_000;

export interface PoolOptions {
  /** Maximum number of workers; by default four, or fewer to leave one processor to the host. */
  readonly size?: number;
  /** Time limit of a conversion; by default ten minutes, and longer for large files. */
  readonly timeLimit?: TimeLimit;
  /** Maximum heap of a worker, without the contents of files and tensors, in MiB; 1024 by default. */
  readonly maxHeapMb?: number;
}

/**
 * Converts models concurrently in worker threads, so that the host's thread stays responsive. Workers are started on demand and stopped
 * when idle; they do not keep the process alive. If no worker can be started, `convertHere` converts all models.
 *
 * @param file the script of the workers: the built `workers/worker.ts`.
 */
export function convertInWorkers(
  file: URL,
  convertHere: ConvertCached,
  { size = defaultSize(), timeLimit, maxHeapMb }: PoolOptions = {},
): ConvertCached {
  const pool = new WorkerPool(file, size, timeLimit, maxHeapMb);
  return async (request, onStage): Promise<CachedConversion> => {
    const worker = await pool.acquire();
    if (worker === undefined) return await convertHere(request, onStage);
    try {
      return await worker.convert(request, onStage);
    } finally {
      pool.release(worker);
    }
  };
}

function defaultSize(): number {
  return Math.max(1, Math.min(4, availableParallelism() - 1));
}

type Waiter = (worker: Promise<WorkerThread | undefined>) => void;

class WorkerPool {
  readonly #file: URL;
  readonly #size: number;
  readonly #timeLimit: TimeLimit | undefined;
  readonly #maxHeapMb: number | undefined;
  readonly #idle: WorkerThread[] = [];
  readonly #timers = new Map<WorkerThread, NodeJS.Timeout>();
  readonly #waiters: Waiter[] = [];
  #count = 0;
  #isUsable: boolean;

  constructor(file: URL, size: number, timeLimit: TimeLimit | undefined, maxHeapMb: number | undefined) {
    this.#timeLimit = timeLimit;
    this.#maxHeapMb = maxHeapMb;
    this.#file = file;
    this.#size = size;
    this.#isUsable = existsSync(file);
  }

  /** A worker for one conversion, when one is available; `undefined` if none can be started. */
  async acquire(): Promise<WorkerThread | undefined> {
    if (!this.#isUsable) return undefined;
    const idle = this.#takeIdle();
    if (idle !== undefined) return idle;
    if (this.#count < this.#size) return await this.#start();
    return await new Promise((resolve) => this.#waiters.push(resolve));
  }

  /** Takes a worker back after a conversion. */
  release(worker: WorkerThread): void {
    const waiter = this.#waiters.shift();
    if (worker.hasEnded()) {
      this.#count--;
      waiter?.(this.#start());
    } else if (waiter !== undefined) waiter(Promise.resolve(worker));
    else this.#keepIdle(worker);
  }

  #takeIdle(): WorkerThread | undefined {
    for (let worker = this.#idle.pop(); worker !== undefined; worker = this.#idle.pop()) {
      clearTimeout(this.#timers.get(worker));
      this.#timers.delete(worker);
      if (!worker.hasEnded()) return worker;
      this.#count--;
    }
    return undefined;
  }

  async #start(): Promise<WorkerThread | undefined> {
    this.#count++;
    const worker = await startWorkerThread(this.#file, this.#timeLimit, this.#maxHeapMb).catch((error: unknown) => {
      this.#count--;
      this.#waiters.shift()?.(this.#start());
      throw error;
    });
    if (worker !== undefined) return worker;
    this.#isUsable = false;
    for (const waiter of this.#waiters.splice(0)) waiter(Promise.resolve(undefined));
    return undefined;
  }

  #keepIdle(worker: WorkerThread): void {
    this.#idle.push(worker);
    const stop = (): void => {
      this.#timers.delete(worker);
      this.#idle.splice(this.#idle.indexOf(worker), 1);
      this.#count--;
      worker.stop();
    };
    this.#timers.set(worker, setTimeout(stop, idleTimeoutMs).unref());
  }
}
