import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { isSystemError } from '../../files/errorCodes.ts';
import { removeFile } from '../../files/removeFile.ts';
import { replaceFile } from '../../files/writeFile.ts';

/**
 * Saves the compiled form of a script and replaces that of another build. Does nothing if the folder is not writable or has no
 * `node_modules`.
 */
export function keepCompiled(file: string, bytes: Uint8Array): void {
  const folder = path.dirname(file);
  const build = file.lastIndexOf('-') + 1;
  try {
    if (!existsSync(path.dirname(path.dirname(folder)))) return;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (path.join(folder, name).startsWith(file.slice(0, build))) removeFile(path.join(folder, name));
    }
    replaceFile(file, [bytes]);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
