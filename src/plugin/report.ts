import { renderDiagnostics } from '../cli/render.ts';
import type { Diagnostic } from '../diagnostics.ts';
import { stringLiteral } from '../emit/javascript.ts';

/** Diagnostics as the text of one message of the bundler; paths below the working directory are cut short. */
export function describeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const here = `${process.cwd()}/`;
  return renderDiagnostics(diagnostics, (_, text) => text)
    .join('\n')
    .replaceAll(here, '');
}

/** A module that fails when it is run: for bundlers that go on after an error was reported. */
export function throwingModule(message: string): string {
  return `throw new Error(${stringLiteral(message)});\nexport default undefined;\n`;
}
