#!/usr/bin/env node
import module from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';

// What is compiled once is there the next time; releases of Node before 22.1 cannot.
if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache();

// The program starts itself once more, in a worker, to run the command.
if (parentPort === null) {
  const { runInWorker } = await import('./cli/thread/mainThread.ts');
  process.exitCode = await runInWorker(new URL(import.meta.url), process.argv.slice(2));
} else {
  const { runCommandThread } = await import('./cli/thread/commandThread.ts');
  await runCommandThread(parentPort, workerData);
}
