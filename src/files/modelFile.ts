import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { ncnnError } from '../diagnostics.ts';
import type { ModelSource } from '../importers/importer.ts';

export interface ModelFile {
  readonly source: ModelSource;
  /** Absolute paths of all files read so far, the model first. */
  readonly filesRead: () => readonly string[];
}

/**
 * Reads a model file and gives access to the files beside it. Each file is read once.
 * Side files must lie in the model's folder or below it, symbolic links resolved, unless `allowOutside` is set.
 * Throws `NcnnError`: `file-missing`, `file-unreadable`, `file-outside`.
 */
export function openModelFile(file: string, allowOutside = false): ModelFile {
  const absolute = path.resolve(file);
  const folder = path.dirname(absolute);
  const read = new Map<string, Uint8Array>([[absolute, readWhole(absolute, file)]]);

  const side = (name: string): Uint8Array => {
    const target = path.resolve(folder, name);
    const present = read.get(target);
    if (present !== undefined) return present;
    if (!allowOutside && (!isBelow(folder, target) || !isBelow(realOrSelf(folder), realOrSelf(target)))) {
      throw ncnnError(
        'file-outside',
        `the side file "${name}" lies outside of the folder of the model`,
        'Move it beside the model, or allow it with `allowOutside` (`--allow-outside`).',
        { file },
      );
    }
    const bytes = readWhole(target, path.join(path.dirname(file), name));
    read.set(target, bytes);
    return bytes;
  };

  const bytes = side(path.basename(absolute));
  return { source: { file, bytes, side }, filesRead: () => [...read.keys()] };
}

function readWhole(target: string, shown: string): Uint8Array {
  try {
    const buffer = readFileSync(target);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw ncnnError('file-missing', 'there is no such file', 'Check the path; a side file must lie beside the model.', { file: shown });
    }
    const reason = code === 'EISDIR' ? 'it is a folder' : `it cannot be read (${code || String(error)})`;
    throw ncnnError('file-unreadable', reason, 'Give the path of a model file you may read.', { file: shown });
  }
}

function isBelow(folder: string, target: string): boolean {
  const relative = path.relative(folder, target);
  return relative === '' || (!relative.startsWith(`..${path.sep}`) && relative !== '..' && !path.isAbsolute(relative));
}

function realOrSelf(target: string): string {
  try {
    return realpathSync(target);
  } catch {
    return target;
  }
}
