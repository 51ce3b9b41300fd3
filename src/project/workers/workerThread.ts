import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { NcnnError, ncnnError } from '../../diagnostics/diagnostic.ts';
import { errorCode, undefinedOn } from '../../files/errorCodes.ts';
import type { ConvertCached } from '../conversion/convertCached.ts';
import type { WorkerMessage } from './messages.ts';

/** A thread that converts one model at a time. It keeps the process alive only during a conversion. */
export interface WorkerThread {
  readonly convert: ConvertCached;
  readonly stop: () => void;
  /** Whether the thread has ended, by itself or because it was stopped. */
  readonly hasEnded: () => boolean;
}

/** Error codes when Node cannot start a worker: because of permissions, memory, or loaders that only the host has. */
const refused: readonly string[] = ['ERR_ACCESS_DENIED', 'ERR_MODULE_NOT_FOUND', 'ERR_WORKER_INIT_FAILED', 'ERR_WORKER_OUT_OF_MEMORY'];

/**
 * Default maximum heap of a worker, without the contents of files and tensors, in MiB. A V8 list that grows beyond this would end the
 * process.
 */
const defaultMaxHeapMb = 1024;

/** How long the conversion of a file may take, in milliseconds. */
export type TimeLimit = (file: string) => number;

/** Ten minutes, plus one second per megabyte of the file. */
const defaultTimeLimit: TimeLimit = (file) => 600_000 + (statSync(file, { throwIfNoEntry: false })?.size ?? 0) / 1000;

/** Starts the worker of a file; `undefined` if the host allows no worker. Rethrows exceptions of the worker while it loads. */
export async function startWorkerThread(
  file: URL,
  timeoutMs: TimeLimit = defaultTimeLimit,
  maxHeapMb: number = defaultMaxHeapMb,
): Promise<WorkerThread | undefined> {
  // The host's options do not apply: loaders and inspectors take time, and the inspector port is in use.
  const limits = { maxOldGenerationSizeMb: maxHeapMb };
  const worker = undefinedOn(refused, () => new Worker(file, { execArgv: [], name: 'unplugin-ncnn', resourceLimits: limits }));
  if (worker === undefined) return undefined;
  let ended = false;
  const end = (): void => {
    ended = true;
  };
  // Permanent listeners: otherwise an error between requests would end the host.
  worker.on('error', end).on('exit', end);
  if (!(await isReady(worker))) return undefined;
  worker.unref();
  return { convert: convertIn(worker, timeoutMs, maxHeapMb), stop: () => void worker.terminate(), hasEnded: () => ended };
}

function isOutOfMemory(error: unknown): boolean {
  return errorCode(error) === 'ERR_WORKER_OUT_OF_MEMORY';
}

const limitHint = 'If you trust the model, convert it on the command line, which has no such limit.';

function outOfMemory(file: string, maxHeapMb: number): NcnnError {
  return ncnnError('limit-exceeded', `the conversion needs more than ${maxHeapMb} MiB of memory, not counting tensors`, limitHint, {
    file,
  });
}

function tooSlow(file: string, timeoutMs: number): NcnnError {
  return ncnnError('limit-exceeded', `the conversion takes more than ${Math.round(timeoutMs / 1000)} s`, limitHint, { file });
}

function isReady(worker: Worker): Promise<boolean> {
  return new Promise((resolve, reject) => {
    worker.once('message', () => resolve(true));
    worker.once('exit', () => resolve(false));
    worker.once('error', (error) => (refused.includes(errorCode(error) ?? '') ? resolve(false) : reject(error)));
  });
}

function convertIn(worker: Worker, timeLimit: TimeLimit, maxHeapMb: number): ConvertCached {
  return (request, onStage) =>
    new Promise((resolve, reject) => {
      const timeoutMs = timeLimit(request.file);
      const settle = (action: () => void): void => {
        clearTimeout(timer);
        worker.off('message', onMessage).off('error', fail).off('exit', onExit).unref();
        action();
      };
      const fail = (error: unknown): void => settle(() => reject(isOutOfMemory(error) ? outOfMemory(request.file, maxHeapMb) : error));
      const timer = setTimeout(() => {
        worker.off('exit', onExit);
        void worker.terminate().then(() => fail(tooSlow(request.file, timeoutMs)));
      }, timeoutMs);
      const onExit = (): void => fail(new Error(`the worker that converts ${request.file} exited`));
      const onMessage = (message: WorkerMessage): void => {
        if (message.kind === 'stage') onStage?.(message.stage);
        if (message.kind === 'converted') settle(() => resolve(message.conversion));
        if (message.kind === 'failed') fail(new NcnnError(message.diagnostics));
      };
      worker.on('message', onMessage).on('error', fail).on('exit', onExit).ref();
      worker.postMessage(request);
    });
}
