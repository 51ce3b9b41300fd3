import { realpathSync } from 'node:fs';
import path from 'node:path';
import { missingFile, undefinedOn } from './errorCodes.ts';

/** Error codes for a path whose links cannot be resolved: it does not exist, access is denied, or the links form a cycle. */
const unresolvable: readonly string[] = [...missingFile, 'EACCES', 'EPERM', 'ELOOP'];

/** The path with symbolic links resolved. If the path does not exist, the links of its existing folders are resolved. */
export function realPath(target: string): string {
  const resolved = undefinedOn(unresolvable, () => realpathSync(target));
  if (resolved !== undefined) return resolved;
  const parent = path.dirname(target);
  return parent === target ? target : path.join(realPath(parent), path.basename(target));
}

/**
 * The directory entry that a path names, for comparing paths: the links of its folder are resolved, and letter case is ignored on platforms
 * whose file systems usually ignore it. Also works for files that do not exist.
 */
export function identity(file: string): string {
  const absolute = path.resolve(file);
  const resolved = path.join(realPath(path.dirname(absolute)), path.basename(absolute));
  return process.platform === 'win32' || process.platform === 'darwin' ? resolved.toLowerCase() : resolved;
}
