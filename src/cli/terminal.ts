import type { Writable } from 'node:stream';
import { styleText } from 'node:util';
import { type Paint, plain } from '../diagnostics/paint.ts';

/** Where a command prints. Results go to standard output, everything for people to standard error. */
export interface Terminal {
  /** Prints a line of result. */
  readonly print: (line: string) => void;
  /** Prints a line about what happened. */
  readonly tell: (line: string) => void;
  /** Paints a text; leaves it alone where colors are not wanted. */
  readonly paint: Paint;
  /** Whether the stacks of internal errors are printed. */
  readonly debug?: boolean;
  /** A stream to draw progress on; undefined where nobody watches. */
  readonly live?: Writable;
}

/** The process's own streams. Colors only on a terminal, and never under `NO_COLOR`. */
export function processTerminal(): Terminal {
  const { stdout, stderr, env } = process;
  const colors = stderr.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  return {
    print: (line) => void stdout.write(`${line}\n`),
    tell: (line) => void stderr.write(`${line}\n`),
    paint: colors ? (style, text) => styleText(style, text) : plain,
    ...(stderr.isTTY === true && env.TERM !== 'dumb' && !('CI' in env) ? { live: stderr } : {}),
  };
}
