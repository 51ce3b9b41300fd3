import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { undefinedOn } from '../../files/errorCodes.ts';
import { trackUninterrupted } from '../../files/uninterrupted.ts';
import { printDiagnostics } from '../output/diagnostics.ts';
import { hasColors, processTerminal, progressStream, type Terminal, watchOutput } from '../output/terminal.ts';
import { asksForHelp, run } from '../run.ts';
import type { CommandData, CommandMessage } from './messages.ts';
import { endBy, onSignal } from './signals.ts';

/** Milliseconds that the thread of a command has to stop; a system call may take longer. */
const stopTimeoutMs = 500;

/**
 * Runs a command in a worker thread, or in this one if it only prints help. Returns the exit code.
 *
 * @param script the program, which runs the command when it is started in a worker.
 */
export async function runMainThread(script: URL, words: readonly string[]): Promise<number> {
  const exitCode = watchOutput();
  const terminal = { ...processTerminal(), debug: words.includes('--debug') };
  const code = asksForHelp(words) ? await run(words, terminal) : await runInWorker(script, words, terminal);
  return await exitCode(code);
}

/**
 * Runs a command in a worker thread. A command may compute for seconds without a pause, and a busy thread cannot handle a signal. The main
 * thread stays free to handle it, and removes temporary files before the process ends.
 */
async function runInWorker(script: URL, words: readonly string[], terminal: Terminal): Promise<number> {
  const stream = progressStream();
  const untilInterruptible = trackUninterrupted();
  const workerData: CommandData = { words, script: script.href, colors: hasColors(), watched: stream !== undefined };
  const worker = undefinedOn(['ERR_ACCESS_DENIED'], () => new Worker(script, { workerData, name: 'unplugin-ncnn' }));
  if (worker === undefined) return await run(words, terminal);

  // Loaded only if progress is shown.
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
    endBy(signal, folders);
  });
  await new Promise((resolve) => worker.once('exit', resolve));
  stopListening();
  return code;
}
