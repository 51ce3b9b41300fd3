import { setImmediate } from 'node:timers/promises';
import { processTerminal, watchOutput } from '../output/terminal.ts';
import { run } from '../run.ts';
import { endBy, onSignal } from './signals.ts';

/**
 * Runs a command in this thread. As long as it only computes, a signal ends the process as it ends any other; once there may be temporary files,
 * they are removed first, which writing makes turns for. Gives the exit code.
 */
export async function runOneThread(words: readonly string[]): Promise<number> {
  const hasOutputFailed = watchOutput();
  const terminal = { ...processTerminal(), debug: words.includes('--debug') };
  const folders = new Set<string>();
  let stopListening: (() => void) | undefined;
  const writesTo = (folder: string): void => {
    folders.add(folder);
    stopListening ??= onSignal((signal) => endBy(signal, folders));
  };
  const code = await run(words, { ...terminal, writesTo });
  if (stopListening !== undefined) {
    // A signal that came while the last files were renamed is handled now.
    for (let turn = 0; turn < 2; turn++) await setImmediate();
    stopListening();
  }
  return (await hasOutputFailed()) ? Math.max(1, code) : code;
}
