import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Options } from './options.ts';

/** Folder of the cache: as set, or below the `node_modules` of the package that contains the root. */
export function cacheFolder(root: string, cache: Options['cache']): string | undefined {
  if (cache === false) return undefined;
  if (typeof cache === 'string') return path.resolve(root, cache);
  let folder = root;
  while (!existsSync(path.join(folder, 'package.json'))) {
    const parent = path.dirname(folder);
    if (parent === folder) return path.join(root, 'node_modules/.cache/unplugin-ncnn');
    folder = parent;
  }
  return path.join(folder, 'node_modules/.cache/unplugin-ncnn');
}

/** Folder of the report pages, if any. */
export function reportFolder(root: string, report: Options['report']): string | undefined {
  if (report === undefined || report === false) return undefined;
  return path.resolve(root, report === true ? 'ncnn-report' : report);
}

export const defaultDeclarationFile = 'ncnn.d.ts';

/** File of the type declarations, if any. */
export function declarationFile(root: string, dts: Options['dts']): string | undefined {
  if (dts === undefined || dts === false) return undefined;
  return path.resolve(root, dts === true ? defaultDeclarationFile : dts);
}
