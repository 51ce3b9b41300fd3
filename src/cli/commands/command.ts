import type { OptionSpecs, ParsedArguments } from '../arguments/usage.ts';
import type { Terminal } from '../output/terminal.ts';

/** A command. */
export interface Command {
  readonly options: OptionSpecs;
  /** Help lines after the options. */
  readonly notes: readonly string[];
  /** Returns the exit code. Throws `UsageError`. */
  readonly run: (args: ParsedArguments, terminal: Terminal) => Promise<number>;
}
