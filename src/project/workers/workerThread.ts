import { Worker } from 'node:worker_threads';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertCached } from '../conversion/convertCached.ts';
import type { Message } from './messages.ts';

/** A thread that makes one model at a time. It holds the process only while it does. */
export interface Thread {
  readonly make: ConvertCached;
  readonly stop: () => void;
  /** Whether it ended, by itself or by being stopped. */
  readonly isOver: () => boolean;
}

/** Starts the worker of a file; `undefined` where that cannot be done, be it that the file is not there or that the host forbids it. */
export async function startThread(file: URL): Promise<Thread | undefined> {
  let worker: Worker;
  try {
    // What the host was started with is for the host: loaders and inspectors take time, and a port that is in use.
    worker = new Worker(file, { execArgv: [], name: 'unplugin-ncnn' });
  } catch {
    return undefined;
  }
  let over = false;
  const end = (): void => {
    over = true;
  };
  // For good: between requests nobody else listens, and an error without a listener would end the host.
  worker.on('error', end).on('exit', end);
  const started = await new Promise<boolean>((resolve) => {
    worker.once('message', () => resolve(true));
    worker.once('error', () => resolve(false));
    worker.once('exit', () => resolve(false));
  });
  if (!started) return undefined;
  worker.unref();
  return { make: makeIn(worker), stop: () => void worker.terminate(), isOver: () => over };
}

function makeIn(worker: Worker): ConvertCached {
  return (request, onStage) =>
    new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        worker.off('message', hear).off('error', fail).off('exit', leave).unref();
        act();
      };
      const fail = (error: unknown): void => settle(() => reject(error));
      const leave = (): void => fail(new Error(`The thread that converts ${request.file} ended.`));
      const hear = (message: Message): void => {
        if (message.kind === 'stage') onStage?.(message.stage);
        if (message.kind === 'made') settle(() => resolve(message.made));
        if (message.kind === 'refused') fail(new NcnnError(message.diagnostics));
        if (message.kind === 'broken') fail(message.error);
      };
      worker.on('message', hear).on('error', fail).on('exit', leave).ref();
      worker.postMessage(request);
    });
}
