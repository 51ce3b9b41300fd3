import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { undefinedOn } from '../../files/errorCodes.ts';
import { removeOwnTemporaries } from '../../files/temporaries.ts';
import { trackUninterrupted } from '../../files/uninterrupted.ts';
import { printDiagnostics } from '../output/diagnostics.ts';
import { hasColors, processTerminal, progressStream, watchOutput } from '../output/terminal.ts';
import { asksForHelp, run } from '../run.ts';
import type { CommandData, CommandMessage } from './messages.ts';

/** Milliseconds that the thread of a command has to stop; a call of the system may last longer. */
const stopTimeoutMs = 500;

/**
 * Runs a command in a worker thread, and what only asks for help in this one; gives the exit code. A conversion computes for seconds without a pause, and a thread that computes
 * cannot handle a signal. The main thread stays free to handle it, and removes temporary files before the process ends.
 *
 * @param script the program, which runs the command when it is started in a worker.
 */
export async function runInWorker(script: URL, words: readonly string[]): Promise<number> {
  const hasOutputFailed = watchOutput();
  const terminal = { ...processTerminal(), debug: words.includes('--debug') };
  if (asksForHelp(words)) {
    const code = await run(words, terminal);
    return (await hasOutputFailed()) ? Math.max(1, code) : code;
  }
  const stream = progressStream();
  const untilInterruptible = trackUninterrupted();
  const workerData: CommandData = { words, colors: hasColors(), watched: stream !== undefined };
  const worker = undefinedOn(['ERR_ACCESS_DENIED'], () => new Worker(script, { workerData, name: 'unplugin-ncnn' }));
  if (worker === undefined) return await run(words, terminal);

  // Loaded only where somebody watches.
  const spinner = stream === undefined ? undefined : (await import('./spinner.ts')).createSpinner(stream);
  const folders = new Set<string>();
  let code = 1;
  worker.on('message', (message: CommandMessage) => {
    if (message.kind === 'print') terminal.print(message.line);
    if (message.kind === 'log') terminal.log(message.line);
    if (message.kind === 'progress') spinner?.show(message.text);
    if (message.kind === 'writesTo') folders.add(message.folder);
    if (message.kind === 'exit') code = message.code;
  });
  worker.on('error', (error) => printDiagnostics(conversionErrors(error), terminal));
  const stopListening = onSignal(async (signal) => {
    spinner?.show(undefined);
    await untilInterruptible();
    await Promise.race([worker.terminate(), sleep(stopTimeoutMs)]);
    for (const folder of folders) removeOwnTemporaries(folder);
    // The process ends as without a listener, so that a shell sees the signal.
    process.kill(process.pid, signal);
  });
  await new Promise((resolve) => worker.once('exit', resolve));
  stopListening();
  return (await hasOutputFailed()) ? Math.max(1, code) : code;
}

/** Calls the handler for the first signal that asks the process to end; a second one ends it at once. Gives what stops listening. */
function onSignal(handle: (signal: NodeJS.Signals) => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const listener = (signal: NodeJS.Signals): void => {
    stop();
    handle(signal);
  };
  const stop = (): void => {
    for (const signal of signals) process.off(signal, listener);
  };
  for (const signal of signals) process.on(signal, listener);
  return stop;
}
