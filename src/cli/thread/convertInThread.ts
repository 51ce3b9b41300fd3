import { Worker } from 'node:worker_threads';
import type { Outcome } from '../commands/convertModel.ts';
import type { Terminal } from '../output/terminal.ts';
import type { ShareData, ShareMessage } from './messages.ts';

/**
 * Converts models of a call in another thread. Throws what the thread throws.
 *
 * @param script the program, which converts them when started in a worker.
 */
export async function convertInThread(
  script: string | undefined,
  { args, models }: Pick<ShareData, 'args' | 'models'>,
  terminal: Terminal,
): Promise<readonly Outcome[]> {
  if (script === undefined) throw new RangeError('no program to start a thread from');
  const workerData: ShareData = { args, models, watched: terminal.showProgress !== undefined };
  const worker = new Worker(new URL(script), { workerData, name: 'unplugin-ncnn' });
  return await new Promise((resolve, reject) => {
    let outcomes: readonly Outcome[] | undefined;
    worker.on('message', (message: ShareMessage) => {
      if (message.kind === 'progress') terminal.showProgress?.(message.text);
      if (message.kind === 'writesTo') terminal.writesTo?.(message.folder);
      if (message.kind === 'converted') outcomes = message.outcomes;
    });
    worker.on('error', reject);
    worker.on('exit', () => (outcomes === undefined ? reject(new Error('a thread that converts models exited')) : resolve(outcomes)));
  });
}
