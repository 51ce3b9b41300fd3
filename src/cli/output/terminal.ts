import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { noColors, type Paint } from '../../diagnostics/paint.ts';
import { errorCode } from '../../files/errorCodes.ts';

/** Where a command prints. Results go to standard output, everything else to standard error. */
export interface Terminal {
  /** Prints a line of result. */
  readonly print: (line: string) => void;
  /** Prints a line about what happened. */
  readonly log: (line: string) => void;
  /** Colors a text if colors are enabled. */
  readonly paint: Paint;
  /** Whether the stacks of internal errors are printed. */
  readonly debug?: boolean;
  /** Shows the current step in place of the previous one, or nothing if the text is absent. Undefined if the output is not a terminal. */
  readonly showProgress?: (text: string | undefined) => void;
  /** URL of the program, for commands that start more threads. */
  readonly script?: string;
  /** Called before a command writes to a folder, so that a signal removes the temporary files in it. */
  readonly writesTo?: (folder: string) => void;
}

/** The streams of the process. */
export function processTerminal(): Terminal {
  return {
    print: (line) => void process.stdout.write(`${line}\n`),
    log: (line) => void process.stderr.write(`${line}\n`),
    paint: paintWith(hasColors()),
  };
}

/**
 * Keeps the process alive if its output cannot be written. A closed reader, such as `head`, is ignored; any other error, such as a full
 * disk, is printed once. Returns a function that waits until all output is written, and turns the exit code of a command into that of the
 * process: at least 1 after such an error.
 */
export function watchOutput(): (code: number) => Promise<number> {
  let hasFailed = false;
  for (const [stream, other] of [
    [process.stdout, process.stderr],
    [process.stderr, process.stdout],
  ] as const) {
    stream.on('error', (error) => {
      if (errorCode(error) === 'EPIPE' || hasFailed) return;
      hasFailed = true;
      other.write(`unplugin-ncnn: the output cannot be written (${errorCode(error) ?? error.message})\n`);
    });
  }
  return async (code) => {
    for (const stream of [process.stdout, process.stderr]) await new Promise<void>((resolve) => stream.write('', () => resolve()));
    return hasFailed ? Math.max(1, code) : code;
  };
}

/** Whether lines are colored: only on a terminal, and never with `NO_COLOR`. */
export function hasColors(): boolean {
  const { stderr, env } = process;
  return stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

export function paintWith(colors: boolean): Paint {
  return colors ? (style, text) => styleText(style, text, { validateStream: false }) : noColors;
}

/** The stream for progress; `undefined` if it is not a terminal. */
export function progressStream(): Writable | undefined {
  const { stderr, env } = process;
  return stderr.isTTY === true && env.TERM !== 'dumb' && !('CI' in env) ? stderr : undefined;
}
