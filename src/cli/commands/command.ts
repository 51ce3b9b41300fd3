import type { OptionSpecs, ParsedArguments } from '../arguments/usage.ts';
import type { Terminal } from '../output/terminal.ts';

/** One command of the tool. */
export interface Command {
  readonly options: OptionSpecs;
  /** Lines under the options in the help. */
  readonly notes: readonly string[];
  /** Gives the exit code. Throws `UsageError`. */
  readonly run: (given: ParsedArguments, terminal: Terminal) => Promise<number>;
}
