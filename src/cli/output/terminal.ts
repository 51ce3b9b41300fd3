import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { noColors, type Paint } from '../../diagnostics/paint.ts';
import { errorCode } from '../../files/errorCodes.ts';

/** Where a command prints. Results go to standard output, everything for people to standard error. */
export interface Terminal {
  /** Prints a line of result. */
  readonly print: (line: string) => void;
  /** Prints a line about what happened. */
  readonly log: (line: string) => void;
  /** Paints a text; leaves it alone where colors are not wanted. */
  readonly paint: Paint;
  /** Whether the stacks of internal errors are printed. */
  readonly debug?: boolean;
  /** Shows what is being done, in place of the last text; without a text nothing is shown. Absent where nobody watches. */
  readonly showProgress?: (text: string | undefined) => void;
  /** URL of the program, where a command may run further threads of it. */
  readonly script?: string;
  /** Called before a command writes to a folder: temporary files in it are removed when a signal ends the process. */
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
 * Keeps the process alive where its output cannot be written. Nothing is said where the reader went away, as `head` does; any other error,
 * such as a full disk, is printed once. Gives what tells, once all is written, whether there was one.
 */
export function watchOutput(): () => Promise<boolean> {
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
  return async () => {
    for (const stream of [process.stdout, process.stderr]) await new Promise<void>((resolve) => stream.write('', () => resolve()));
    return hasFailed;
  };
}

/** Whether lines are colored: only on a terminal, and never under `NO_COLOR`. */
export function hasColors(): boolean {
  const { stderr, env } = process;
  return stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

export function paintWith(colors: boolean): Paint {
  return colors ? (style, text) => styleText(style, text, { validateStream: false }) : noColors;
}

/** The stream to draw progress on; `undefined` where nobody watches. */
export function progressStream(): Writable | undefined {
  const { stderr, env } = process;
  return stderr.isTTY === true && env.TERM !== 'dumb' && !('CI' in env) ? stderr : undefined;
}
