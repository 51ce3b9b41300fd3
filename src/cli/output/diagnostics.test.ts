import { expect, it } from 'vitest';
import { conversionErrors } from '../../diagnostics/conversionErrors.ts';
import { noColors } from '../../diagnostics/paint.ts';
import { printDiagnostics, printJson } from './diagnostics.ts';
import type { Terminal } from './terminal.ts';

function printed(debug: boolean, act: (terminal: Terminal) => void): string {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  act({ print, log: print, paint: noColors, debug });
  return lines.join('\n');
}

const diagnostics = conversionErrors(new TypeError('x is undefined'), { file: 'net.onnx' });

it.each([
  ['lines', (terminal: Terminal) => printDiagnostics(diagnostics, terminal)],
  ['JSON', (terminal: Terminal) => printJson({ ok: false, diagnostics }, terminal)],
])('prints the stack of an internal error as %s only under --debug', (_, act) => {
  expect(printed(false, act)).toContain('the converter failed: TypeError: x is undefined');
  expect(printed(false, act)).not.toContain('diagnostics.test.ts');
  expect(printed(true, act)).toContain('diagnostics.test.ts');
});
