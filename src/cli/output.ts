import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { visible, visibleJson } from '../diagnostics/visible.ts';
import { renderForShell } from './shellHints.ts';
import type { Terminal } from './terminal.ts';

interface PrintOptions {
  /** Prints one line, by default to standard error. */
  readonly print?: (line: string) => void;
  /** Makes the lines; by default hints name options of the command line. */
  readonly render?: typeof renderForShell;
}

/** Prints diagnostics as lines for people; under `--debug` with the stacks of internal errors. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  terminal: Terminal,
  { print = terminal.tell, render = renderForShell }: PrintOptions = {},
): void {
  for (const line of render(diagnostics, terminal.paint)) print(line);
  if (terminal.debug !== true) return;
  for (const { stack } of diagnostics) for (const line of stack?.split('\n') ?? []) print(visible(line));
}

/** Prints one JSON object; stacks of internal errors are in it only under `--debug`. */
export function printJson<T extends { readonly diagnostics: readonly Diagnostic[] }>(value: T, terminal: Terminal): void {
  const diagnostics = terminal.debug === true ? value.diagnostics : value.diagnostics.map(({ stack: _, ...entry }) => entry);
  terminal.print(visibleJson({ ...value, diagnostics }));
}
