#!/usr/bin/env node
import { parentPort, workerData } from 'node:worker_threads';

// The program starts itself once more, in a worker, to run the command.
if (parentPort === null) {
  const { runInWorker } = await import('./cli/thread/mainThread.ts');
  process.exitCode = await runInWorker(new URL(import.meta.url), process.argv.slice(2));
} else {
  const { runCommandThread } = await import('./cli/thread/commandThread.ts');
  await runCommandThread(parentPort, workerData);
}
