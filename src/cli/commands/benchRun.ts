import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { UsageError } from '../arguments/usage.ts';

/** The number of runs that `--bench` asks for; 0 without it. */
export function benchRuns(text: string | undefined): number {
  if (text === undefined) return 0;
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1) throw new UsageError(`--bench ${text}: expected a number of runs`);
  return count;
}

/** The wasm of this package; in a checkout it must be built first. */
export function readWasm(): Uint8Array<ArrayBuffer> | undefined {
  const file = fileURLToPath(new URL('./ncnn.wasm', import.meta.url));
  return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
}

/** The diagnostic of a net that cannot be run; `undefined` for any other error. */
export function runFailure(error: unknown, model: string): Diagnostic | undefined {
  if (!(error instanceof Error) || error.name !== 'SessionError') return undefined;
  return diagnostic('layer-not-run', error.message, 'Run it with --interpreter, or give other inputs.', { file: model });
}
