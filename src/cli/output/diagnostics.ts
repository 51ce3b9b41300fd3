import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderDiagnostics } from '../../diagnostics/render.ts';
import { visible, visibleJson } from '../../diagnostics/visible.ts';
import { forShell } from './shellHints.ts';
import type { Terminal } from './terminal.ts';

interface PrintOptions {
  /** Prints one line, by default to standard error. */
  readonly print?: (line: string) => void;
  /** Adds options to the hints; by default those of the command line. */
  readonly spell?: typeof forShell;
}

/** Prints diagnostics as text; with `--debug`, also the stacks of internal errors. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  terminal: Terminal,
  { print = terminal.log, spell = forShell }: PrintOptions = {},
): void {
  for (const line of renderDiagnostics(spell(diagnostics), terminal.paint)) print(line);
  if (terminal.debug !== true) return;
  for (const { stack } of diagnostics) for (const line of stack?.split('\n') ?? []) print(visible(line));
}

/** Prints one JSON object, with command-line options in its hints; stacks of internal errors are included only with `--debug`. */
export function printJson<T extends { readonly diagnostics: readonly Diagnostic[] }>(value: T, terminal: Terminal): void {
  const spelled = forShell(value.diagnostics);
  const diagnostics = terminal.debug === true ? spelled : spelled.map(({ stack: _, ...entry }) => entry);
  terminal.print(visibleJson({ ...value, diagnostics }));
}
