import { realpathSync } from 'node:fs';
import path from 'node:path';
import { missingFile, undefinedOn } from './errorCodes.ts';

/** Codes of a path whose links cannot be followed: there is nothing, access is denied, or they form a cycle. */
const unresolvable: readonly string[] = [...missingFile, 'EACCES', 'EPERM', 'ELOOP'];

/** The path with symbolic links resolved; of a path that does not exist, the links of the folders that do. */
export function realPath(target: string): string {
  const resolved = undefinedOn(unresolvable, () => realpathSync(target));
  if (resolved !== undefined) return resolved;
  const parent = path.dirname(target);
  return parent === target ? target : path.join(realPath(parent), path.basename(target));
}

/**
 * The directory entry that a path names, to compare paths by: links in the folder are resolved, and letter case is ignored where file
 * systems ignore it. Works for files that do not exist.
 */
export function identity(file: string): string {
  const absolute = path.resolve(file);
  const resolved = path.join(realPath(path.dirname(absolute)), path.basename(absolute));
  return process.platform === 'win32' || process.platform === 'darwin' ? resolved.toLowerCase() : resolved;
}
