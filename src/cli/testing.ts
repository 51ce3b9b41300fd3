import { noColors } from '../diagnostics/paint.ts';
import { run } from './run.ts';

/** What a command printed and logged, as lines in one text each, and its exit code. */
export interface CommandResult {
  readonly code: number;
  readonly printed: string;
  readonly logged: string;
}

/** Runs a command line in this process, without colors. For tests. */
export async function runCommandLine(...words: readonly string[]): Promise<CommandResult> {
  const printed: string[] = [];
  const logged: string[] = [];
  const code = await run(words, { print: (line) => printed.push(line), log: (line) => logged.push(line), paint: noColors });
  return { code, printed: printed.join('\n'), logged: logged.join('\n') };
}
