#!/usr/bin/env node
import { loadProgram, oneFileSize } from './cli/thread/loadProgram.ts';

const words = process.argv.slice(2);
/** Bytes of a model whose conversion takes about as long as Node itself. */
const shortFile = 100_000;

// Starting a worker takes longer than converting most models. On a terminal, a thread that does not compute draws the progress.
const fileSize = process.stderr.isTTY ? undefined : oneFileSize(words);
if (fileSize !== undefined) {
  const { program, keepCompiled } = await loadProgram(words, fileSize < shortFile);
  const code = await program.runOneThread(words);
  process.exitCode = code;
  // A command that failed has not run all the functions of one that succeeds.
  if (code === 0) keepCompiled();
} else {
  // Node keeps the compiled modules for the next run; releases before 22.1 cannot do this.
  const module = process.getBuiltinModule('node:module');
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache();

  const { parentPort, workerData } = await import('node:worker_threads');
  // Other commands run in a worker, which executes this file again.
  if (parentPort === null) {
    const { runMainThread } = await import('./cli/thread/mainThread.ts');
    process.exitCode = await runMainThread(new URL(import.meta.url), words);
  } else {
    const { program, keepCompiled } = await loadProgram(workerData.words ?? ['convert']);
    if (workerData.words === undefined) await program.runShareThread(parentPort, workerData);
    else if ((await program.runCommandThread(parentPort, workerData)) === 0) keepCompiled();
  }
}
