import { unlinkSync } from 'node:fs';
import { undefinedOn } from './errorCodes.ts';

/** Removes a file, if it is there. Node's `rmSync` would first load what removes folders, which takes longer than a small model. */
export function removeFile(file: string): void {
  undefinedOn(['ENOENT'], () => unlinkSync(file));
}
