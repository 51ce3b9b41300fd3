import { readFileSync } from 'node:fs';
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import { plain } from '../diagnostics/paint.ts';
import { renderDiagnostics } from '../diagnostics/render.ts';
import { visible } from '../diagnostics/visible.ts';
import { stringLiteral } from '../emit/javascript.ts';
import { forImports } from '../project/imports/importHints.ts';

/** Diagnostics as the text of one message of the bundler; paths below the working directory are cut short. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const here = `${process.cwd()}/`;
  return renderDiagnostics(forImports(diagnostics), plain).join('\n').replaceAll(here, '');
}

/** An error as bundlers know it: what is wrong, and in a text format the place with the lines around it, for an overlay to show. */
export interface BundlerError {
  readonly message: string;
  /** The model file. */
  readonly id?: string;
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame?: string;
}

export function bundlerError(diagnostics: readonly Diagnostic[]): BundlerError {
  const message = describeDiagnostics(diagnostics);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const first = errors.find(({ place }) => place.line !== undefined) ?? errors[0];
  const { file, line, column = 1 }: Place = first?.place ?? {};
  if (file === undefined) return { message };
  if (line === undefined) return { message, id: file };
  const frame = codeFrame(file, line);
  return { message, id: file, loc: { file, line, column: column - 1 }, ...(frame === undefined ? {} : { frame }) };
}

/** Lines shown before and behind the one that is meant. */
const linesAround = 2;
/** Lines of prepared files can be as long as one likes. */
const longestLine = 120;

function codeFrame(file: string, line: number): string | undefined {
  let lines: readonly string[];
  try {
    lines = readFileSync(file, 'utf8').split(/\r\n|\n|\r/);
  } catch {
    return undefined;
  }
  const first = Math.max(1, line - linesAround);
  const last = Math.min(lines.length, line + linesAround);
  const width = String(last).length;
  return lines
    .slice(first - 1, last)
    .map((text, index) => {
      const number = first + index;
      return `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${visible(text.slice(0, longestLine))}`;
    })
    .join('\n');
}

/** A module that fails when it is run: for bundlers that go on after an error was reported. */
export function throwingModule(message: string): string {
  return `throw new Error(${stringLiteral(message)});\nexport default undefined;\n`;
}
