import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { missingFile, undefinedOn } from './errorCodes.ts';
import { removeFile } from './removeFile.ts';

/** A temporary file name: the process id and random digits. */
const pattern = /^\.unplugin-ncnn-(\d+)-[0-9a-f]{18}\.tmp$/;

/** A record of files that are about to be renamed. */
const journalPattern = /^\.unplugin-ncnn-\d+-[0-9a-f]{18}\.journal$/;

/** Age in milliseconds after which the process of a temporary file is assumed to be killed. */
const staleAfterMs = 3_600_000;

/** A new temporary file name in a folder. */
export function temporaryIn(directory: string): string {
  return path.join(directory, `${ownName()}.tmp`);
}

/** A new name for a record of renames. */
export function journalIn(directory: string): string {
  return path.join(directory, `${ownName()}.journal`);
}

/** The records of renames in a folder. */
export function journalsIn(directory: string): readonly string[] {
  return namesIn(directory)
    .filter((name) => journalPattern.test(name))
    .map((name) => path.join(directory, name));
}

/** Two threads or machines may have the same process id. Predictable names are harmless, because files are only created if none exists. */
function ownName(): string {
  const digits = Array.from({ length: 2 }, () =>
    Math.floor(Math.random() * 2 ** 36)
      .toString(16)
      .padStart(9, '0'),
  );
  return `.unplugin-ncnn-${process.pid}-${digits.join('')}`;
}

/** Removes temporary files that killed processes left in a folder. */
export function removeStaleTemporaries(directory: string): void {
  for (const { file } of temporariesIn(directory)) {
    const time = lstatSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (time !== undefined && Date.now() - time > staleAfterMs) removeFile(file);
  }
}

/** Removes the temporary files of this process from a folder before the process ends. */
export function removeOwnTemporaries(directory: string): void {
  for (const { file, pid } of temporariesIn(directory)) if (pid === process.pid) removeFile(file);
}

function temporariesIn(directory: string): readonly { readonly file: string; readonly pid: number }[] {
  return namesIn(directory).flatMap((name) => {
    const pid = pattern.exec(name)?.[1];
    return pid === undefined ? [] : [{ file: path.join(directory, name), pid: Number(pid) }];
  });
}

function namesIn(directory: string): readonly string[] {
  return undefinedOn(missingFile, () => readdirSync(directory)) ?? [];
}
