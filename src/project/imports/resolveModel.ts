import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { splitId } from './query.ts';

/** Resolves a specifier without query as the bundler would; absent where the bundler has no such thing. */
export type HostResolve = (specifier: string, importer: string | undefined) => Promise<string | undefined>;

/**
 * The id of an imported model: the absolute path with the query behind it. The bundler is asked first, as it knows aliases;
 * then paths and packages are looked up as Node does, but in packages also files that are not exported, as models are data.
 * A relative path always resolves, so that a missing file is told of as such. `undefined` leaves the import to the bundler.
 */
export async function resolveModel(
  specifier: string,
  importer: string | undefined,
  root: string,
  host: HostResolve | undefined,
): Promise<string | undefined> {
  const { file, query } = splitId(specifier);
  const from = importer === undefined ? undefined : splitId(importer).file;
  const resolve = async (name: string): Promise<string | undefined> =>
    (await host?.(name, importer)) ?? lookUp(name, from !== undefined && path.isAbsolute(from) ? from : path.join(root, 'index.js'));

  const whole = await resolve(file);
  if (whole !== undefined && (existsSync(whole) || !file.includes('+'))) return `${whole}?${query}`;
  // Two files, joined: the second one's name counts from the first one's folder.
  const [first = '', ...others] = file.split('+');
  const resolved = await resolve(first);
  return resolved === undefined ? undefined : `${[resolved, ...others].join('+')}?${query}`;
}

function lookUp(name: string, from: string): string | undefined {
  if (/^\.\.?\//.test(name)) return path.resolve(path.dirname(from), name);
  if (path.isAbsolute(name)) return existsSync(name) ? name : undefined;
  try {
    return createRequire(from).resolve(name);
  } catch {
    return inPackages(name, path.dirname(from));
  }
}

/** A file below a `node_modules` folder here or further up, whatever its package exports. */
function inPackages(name: string, folder: string): string | undefined {
  const candidate = path.join(folder, 'node_modules', name);
  if (existsSync(candidate)) return candidate;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : inPackages(name, parent);
}
