import { readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { undefinedOn } from './errorCodes.ts';
import { removeFile } from './removeFile.ts';
import { journalIn, journalsIn } from './temporaries.ts';
import { replaceFile } from './writeFile.ts';

/** A file that is about to be renamed. Both names are relative to the folder. */
export interface PlannedRename {
  readonly temporary: string;
  readonly name: string;
}

/**
 * Records in a folder which of its files are about to be renamed, so that {@link finishRenames} can complete the renames if the process is
 * killed. Returns a function that removes the record. The caller holds the lock of the folder.
 */
export function noteRenames(directory: string, renames: readonly PlannedRename[]): () => void {
  const journal = journalIn(directory);
  replaceFile(journal, [new TextEncoder().encode(JSON.stringify(renames))]);
  return () => removeFile(journal);
}

/**
 * Completes the renames that a killed process had recorded. The files were already complete, so the result is a complete set. The caller
 * holds the lock of the folder, so no other process is active in it.
 */
export function finishRenames(directory: string): void {
  for (const journal of journalsIn(directory)) {
    const renames: readonly PlannedRename[] = JSON.parse(readFileSync(journal, 'utf8'));
    const present = new Set(readdirSync(directory));
    for (const { temporary, name } of renames) {
      // Accept only names within the folder, in case the record was written by another program.
      if (!present.has(temporary) || path.basename(name) !== name) continue;
      // If the target name is now a folder, keep the folder.
      undefinedOn(['EISDIR', 'ENOTEMPTY', 'EEXIST'], () => renameSync(path.join(directory, temporary), path.join(directory, name)));
    }
    removeFile(journal);
  }
}
