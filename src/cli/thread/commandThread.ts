import type { MessagePort } from 'node:worker_threads';
import { paintWith, type Terminal } from '../output/terminal.ts';
import { run } from '../run.ts';
import type { CommandData, CommandMessage } from './messages.ts';

/** Runs a command in the thread that the main thread started for it, and returns the exit code. */
export async function runCommandThread(port: MessagePort, { words, script, colors, watched }: CommandData): Promise<number> {
  const post = (message: CommandMessage): void => port.postMessage(message);
  const terminal: Terminal = {
    print: (line) => post({ kind: 'print', line }),
    log: (line) => post({ kind: 'log', line }),
    paint: paintWith(colors),
    script,
    ...(watched ? { showProgress: (text) => post({ kind: 'progress', text }) } : {}),
    writesTo: (folder) => post({ kind: 'writesTo', folder }),
  };
  const code = await run(words, terminal);
  post({ kind: 'exit', code });
  return code;
}
