import { readdirSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { undefinedOn } from './errorCodes.ts';
import { removeFile } from './removeFile.ts';
import { journalIn, journalsIn } from './temporaries.ts';
import { replaceFile } from './writeFile.ts';

/** A file that is about to get its name; both names are without the folder. */
export interface PlannedRename {
  readonly temporary: string;
  readonly name: string;
}

/**
 * Writes down in a folder which of its files are about to be renamed, so that {@link finishRenames} can do the rest after the process
 * was killed. Gives what removes the note again. The caller holds the lock of the folder.
 */
export function noteRenames(directory: string, renames: readonly PlannedRename[]): () => void {
  const journal = journalIn(directory);
  replaceFile(journal, [new TextEncoder().encode(JSON.stringify(renames))]);
  return () => removeFile(journal);
}

/**
 * Does the renames that a killed process had written down and not done: its files were whole by then, so that the set becomes whole. The caller
 * holds the lock of the folder, so that no other process is at it.
 */
export function finishRenames(directory: string): void {
  for (const journal of journalsIn(directory)) {
    const renames: readonly PlannedRename[] = JSON.parse(readFileSync(journal, 'utf8'));
    const present = new Set(readdirSync(directory));
    for (const { temporary, name } of renames) {
      // Names in the folder only, whoever wrote the note.
      if (!present.has(temporary) || path.basename(name) !== name) continue;
      // A file of the name that is a folder by now stays.
      undefinedOn(['EISDIR', 'ENOTEMPTY', 'EEXIST'], () => renameSync(path.join(directory, temporary), path.join(directory, name)));
    }
    removeFile(journal);
  }
}
