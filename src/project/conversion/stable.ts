import { statSync } from 'node:fs';
import type { ConvertedModel } from './convertedModel.ts';

/** Whether no file of a model changed since a time, in milliseconds. */
export function isStableSince({ files }: ConvertedModel, time: number): boolean {
  return files.every((file) => {
    const stats = statSync(file, { throwIfNoEntry: false });
    return stats !== undefined && stats.mtimeMs < time;
  });
}
