#!/usr/bin/env node
import { loadProgram, oneFileSize } from './cli/thread/loadProgram.ts';

const words = process.argv.slice(2);
/** Bytes of a model whose conversion takes about as long as Node itself. */
const shortFile = 100_000;

// To start a worker takes longer than to convert most models. Where somebody watches, progress is drawn by a thread that does not compute.
const fileSize = process.stderr.isTTY ? undefined : oneFileSize(words);
if (fileSize !== undefined) {
  const { program, keepCompiled } = await loadProgram(words, fileSize < shortFile);
  const code = await program.runOneThread(words);
  process.exitCode = code;
  // A command that failed has not run all that one which succeeds does.
  if (code === 0) keepCompiled();
} else {
  // Modules that are compiled once are there the next time; releases of Node before 22.1 cannot.
  const module = process.getBuiltinModule('node:module');
  if ('enableCompileCache' in module && typeof module.enableCompileCache === 'function') module.enableCompileCache();

  const { parentPort, workerData } = await import('node:worker_threads');
  // For other commands the program starts itself once more, in a worker.
  if (parentPort === null) {
    const { runMainThread } = await import('./cli/thread/mainThread.ts');
    process.exitCode = await runMainThread(new URL(import.meta.url), words);
  } else {
    const { program, keepCompiled } = await loadProgram(workerData.words ?? ['convert']);
    if (workerData.words === undefined) await program.runShareThread(parentPort, workerData);
    else if ((await program.runCommandThread(parentPort, workerData)) === 0) keepCompiled();
  }
}
