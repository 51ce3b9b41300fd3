import { setImmediate } from 'node:timers/promises';
import { processTerminal, watchOutput } from '../output/terminal.ts';
import { run } from '../run.ts';
import { endBy, onSignal } from './signals.ts';

/**
 * Runs a command in this thread and returns the exit code. While it only computes, a signal ends the process as usual. Once there may be
 * temporary files, they are removed first; writing yields to the event loop, so the signal is handled.
 */
export async function runOneThread(words: readonly string[]): Promise<number> {
  const exitCode = watchOutput();
  const terminal = { ...processTerminal(), debug: words.includes('--debug') };
  const folders = new Set<string>();
  let stopListening: (() => void) | undefined;
  const writesTo = (folder: string): void => {
    folders.add(folder);
    stopListening ??= onSignal((signal) => endBy(signal, folders));
  };
  const code = await run(words, { ...terminal, writesTo });
  if (stopListening !== undefined) {
    // Handle a signal that arrived while the last files were renamed.
    for (let turn = 0; turn < 2; turn++) await setImmediate();
    stopListening();
  }
  return await exitCode(code);
}
