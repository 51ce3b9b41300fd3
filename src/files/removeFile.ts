import { unlinkSync } from 'node:fs';
import { undefinedOn } from './errorCodes.ts';

/**
 * Removes a file if it exists. Node's `rmSync` would first load its code for removing folders, which takes longer than converting a small
 * model.
 */
export function removeFile(file: string): void {
  undefinedOn(['ENOENT'], () => unlinkSync(file));
}
