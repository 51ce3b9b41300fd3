import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { undefinedOn } from '../../files/errorCodes.ts';
import { fromFolderOf } from '../../files/modelFile.ts';
import { decodeEscapes, splitId } from './query.ts';

/**
 * Resolves a specifier without query like the bundler; absent if the bundler has no resolver. Bundlers return `undefined` or reject if they
 * find no file.
 */
export type HostResolve = (specifier: string, importer: string | undefined) => Promise<string | undefined>;

/**
 * The id of an imported model: the absolute path followed by the query. A file beside the importer keeps the name in the import, which may
 * be that of a symbolic link; bundlers follow links, and read `#` as the start of a fragment. For other names the bundler is asked first,
 * because it knows aliases. Then paths and packages are looked up as in Node, including files that a package does not export, because
 * models are data. A relative path always resolves, so that a missing file is reported as such. `undefined` leaves the import to the
 * bundler.
 *
 * Throws `NcnnError` (`file-missing`) if the bundler rejects the specifier and the lookup finds no file.
 */
export async function resolveModel(
  specifier: string,
  importer: string | undefined,
  root: string,
  host: HostResolve | undefined,
): Promise<string | undefined> {
  const { file, query } = splitId(specifier);
  const importerFile = importer === undefined ? undefined : withoutQuery(importer);
  const from = importerFile !== undefined && path.isAbsolute(importerFile) ? importerFile : path.join(root, 'index.js');
  let rejection: unknown;
  const resolve = async (name: string): Promise<string | undefined> => {
    const beside = besideImporter(name, from);
    if (beside !== undefined) return beside;
    const answer = await host?.(name, importer).catch((reason: unknown) => {
      rejection = reason;
      return undefined;
    });
    return answer === undefined ? lookUp(name, from, root) : withoutQuery(answer);
  };

  const whole = await resolve(file);
  if (whole !== undefined && (existsSync(whole) || !file.includes('+'))) return `${whole}?${query}`;
  // Two files joined by a plus: the second name is relative to the folder of the first file.
  const [first = '', ...partners] = file.split('+');
  const resolved = partners.length === 0 ? undefined : await resolve(first);
  if (resolved !== undefined) {
    const beside = partners.map((name) => fromFolderOf(resolved, name, path.dirname(from)));
    return `${[resolved, ...beside].join('+')}?${query}`;
  }
  if (rejection !== undefined) throw rejected(specifier, from, rejection);
  return undefined;
}

/** The path of an id. A path may contain `?`. */
function withoutQuery(id: string): string {
  return existsSync(id) ? id : splitId(id).file;
}

/** The file at a relative path, as it is written or with its escapes (`%23`) decoded. */
function besideImporter(name: string, from: string): string | undefined {
  if (!/^\.\.?\//.test(name)) return undefined;
  const folder = path.dirname(from);
  return [name, decodeEscapes(name)].map((written) => path.resolve(folder, written)).find((file) => existsSync(file));
}

function rejected(specifier: string, file: string, reason: unknown): Error {
  const message = `the bundler cannot resolve "${specifier}": ${reason instanceof Error ? reason.message : String(reason)}`;
  return ncnnError('file-missing', message, 'Check the path and the aliases in the config of the bundler.', { file });
}

function lookUp(name: string, from: string, root: string): string | undefined {
  if (/^\.\.?\//.test(name)) return path.resolve(path.dirname(from), name);
  // An alias turns a name into a path of the project, whether or not the file exists.
  if (path.isAbsolute(name)) return existsSync(name) || name.startsWith(path.join(root, path.sep)) ? name : undefined;
  return undefinedOn(unresolvable, () => createRequire(from).resolve(name)) ?? inPackages(name, path.dirname(from));
}

/** Error codes of Node for a specifier that does not resolve. */
const unresolvable: readonly string[] = [
  'MODULE_NOT_FOUND',
  'ERR_INVALID_ARG_VALUE',
  'ERR_INVALID_MODULE_SPECIFIER',
  'ERR_INVALID_PACKAGE_CONFIG',
  'ERR_INVALID_PACKAGE_TARGET',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
];

/** A file in a `node_modules` folder here or in a parent folder, whatever its package exports. */
function inPackages(name: string, folder: string): string | undefined {
  const candidate = path.join(folder, 'node_modules', name);
  if (existsSync(candidate)) return candidate;
  const parent = path.dirname(folder);
  return parent === folder ? undefined : inPackages(name, parent);
}
