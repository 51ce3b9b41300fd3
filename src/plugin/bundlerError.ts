import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Diagnostic, Place } from '../diagnostics/diagnostic.ts';
import { noColors } from '../diagnostics/paint.ts';
import { renderDiagnostics } from '../diagnostics/render.ts';
import { visible } from '../diagnostics/visible.ts';
import { stringLiteral } from '../emit/javascript.ts';
import { missingFile, undefinedOn } from '../files/errorCodes.ts';
import { forImports } from '../project/imports/importHints.ts';
import { splitId } from '../project/imports/query.ts';

/** Diagnostics as the text of one message of the bundler; paths below the working directory are shortened. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const here = `${process.cwd()}/`;
  return renderDiagnostics(forImports(diagnostics), noColors).join('\n').replaceAll(here, '');
}

/** An error in the form that bundlers display: a message, and for a text format its location and the lines around it. */
export interface BundlerError {
  readonly message: string;
  /** The model file. */
  readonly id?: string;
  readonly loc?: { readonly file: string; readonly line: number; readonly column: number };
  readonly frame?: string;
  /** Present for an internal error. */
  readonly stack?: string;
}

/** `importer` is the source that imports the model, if known. */
export function bundlerError(diagnostics: readonly Diagnostic[], importer?: string): BundlerError {
  const from = importer === undefined ? '' : `\n  imported by ${visible(path.relative(process.cwd(), splitId(importer).file))}`;
  const message = describeDiagnostics(diagnostics) + from;
  const stack = diagnostics.find((entry) => entry.stack !== undefined)?.stack;
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  const first = errors.find(({ place }) => place.line !== undefined) ?? errors[0];
  return { message, ...(stack === undefined ? {} : { stack }), ...locate(first?.place ?? {}) };
}

function locate({ file, line, column = 1 }: Place): Omit<BundlerError, 'message'> {
  if (file === undefined) return {};
  if (line === undefined) return { id: file };
  const frame = codeFrame(file, line);
  return { id: file, loc: { file, line, column: column - 1 }, ...(frame === undefined ? {} : { frame }) };
}

/** Lines shown before and after the line of the error. */
const contextLines = 2;
/** Generated files can have lines of any length. */
const maxLineLength = 120;

function codeFrame(file: string, line: number): string | undefined {
  const lines = undefinedOn(missingFile, () => readFileSync(file, 'utf8'))?.split(/\r\n|\n|\r/);
  const first = Math.max(1, line - contextLines);
  const last = Math.min(lines?.length ?? 0, line + contextLines);
  const width = String(last).length;
  return lines
    ?.slice(first - 1, last)
    .map((text, index) => {
      const number = first + index;
      return `${number === line ? '>' : ' '} ${String(number).padStart(width)} | ${visible(text.slice(0, maxLineLength))}`;
    })
    .join('\n');
}

/** A module that throws when it runs: for bundlers that continue after an error was reported. */
export function throwingModule(message: string): string {
  return `throw new Error(${stringLiteral(message)});\nexport default undefined;\n`;
}
