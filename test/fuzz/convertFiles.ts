import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type ConvertOptions, convert, emitFiles, emitters, verify } from '../../src/api.ts';
import { NcnnError } from '../../src/diagnostics/diagnostic.ts';

/** The content of files by name, the model first. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** Files whose author chose the layers: one that violates a rule of ncnn is rejected as `net-invalid`. */
const namesLayers = /\.(?:param|prototxt|caffemodel)$/;

/**
 * Returns false for a rejected file, which is not a finding; rethrows errors of the converter: an internal error, or an invalid net from
 * other files.
 */
export function refused(error: unknown, model = ''): false {
  const isFault = (code: string): boolean => code === 'internal-error' || (code === 'net-invalid' && !namesLayers.test(model));
  const faults = error instanceof NcnnError ? error.diagnostics.filter(({ code }) => isFault(code)) : undefined;
  if (faults?.length === 0) return false;
  throw faults === undefined ? error : new Error(faults.map(({ message, stack = message }) => stack).join('\n'));
}

/** Converts the first file, and creates every output file: `convert` itself checks that ncnn would load the net. */
export async function convertFiles(files: Files, options: ConvertOptions = {}): Promise<boolean> {
  return await inFolder(files, async (model) => {
    const { artifact } = await convert(model, options);
    for (const form of emitters.keys())
      for (const emitted of emitFiles(artifact, [form])) for (const chunk of emitted.chunks()) chunk.at(0);
  });
}

/** Converts the first file, and computes model and net. The conformance run judges results that differ. */
export async function verifyFiles(files: Files, options: ConvertOptions = {}): Promise<boolean> {
  return await inFolder(files, (model) => verify(model, options));
}

async function inFolder(files: Files, action: (model: string) => Promise<unknown>): Promise<boolean> {
  const folder = mkdtempSync(path.join(tmpdir(), 'fuzz-'));
  const [model = ''] = Object.keys(files);
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
    await action(path.join(folder, model));
    return true;
  } catch (error) {
    return refused(error, model);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
