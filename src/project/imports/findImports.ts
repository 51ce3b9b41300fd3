import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import { importerFiles } from './parseImporter.ts';
import { modelImport, splitId } from './query.ts';
import { scriptsOf } from './scripts.ts';
import { specifiersOf } from './specifiers.ts';

/** An import of a model in a project's source, as it is written. */
export interface ImportedSpecifier {
  readonly specifier: string;
  /** Absolute path of the file that contains it. */
  readonly importer: string;
}

/** Folders with third-party or generated sources. */
const ignoredFolders: ReadonlySet<string> = new Set(['node_modules', 'bower_components', 'dist', 'coverage']);

/** Finds the model imports in all sources below a folder, sorted; without a bundler, which would have to build the whole project. */
export async function findImports(root: string): Promise<readonly ImportedSpecifier[]> {
  const imports: ImportedSpecifier[] = [];
  for (const importer of sourcesBelow(root)) {
    for (const entry of (await modelSpecifiers(importer)).map((specifier) => ({ specifier, importer }))) imports.push(entry);
  }
  return imports;
}

/**
 * The specifiers as they are written in the source for an import that a bundler provides: alias plugins run first and replace the specifier
 * by a path. These are the specifiers that resolve to the same id; the list is empty if the source contains none.
 *
 * @param resolve throws `NcnnError` for a specifier that cannot be resolved
 */
export async function originalSpecifiers(
  specifier: string,
  importer: string | undefined,
  id: string,
  resolve: (written: string) => Promise<string | undefined>,
): Promise<readonly string[]> {
  if (!path.isAbsolute(specifier) || importer === undefined) return [specifier];
  const file = splitId(importer).file;
  const written = existsSync(file) ? await modelSpecifiers(file) : [];
  if (written.includes(specifier)) return [specifier];
  const candidates = written.filter((other) => !/^\.{1,2}\//.test(other));
  const ids = await Promise.all(candidates.map((other) => resolve(other).catch(unresolved)));
  return candidates.filter((_, index) => ids[index] === id);
}

/** An import that does not resolve is reported when the bundler reaches it. */
function unresolved(error: unknown): undefined {
  if (!(error instanceof NcnnError)) throw error;
}

/** The specifiers by which one source imports models, as they are written, without duplicates. */
async function modelSpecifiers(file: string): Promise<readonly string[]> {
  const code = readFileSync(file, 'utf8');
  if (!/[?&]ncnn\b/.test(code)) return [];
  const specifiers = new Set((await Promise.all(scriptsOf(code, file).map(specifiersOf))).flat());
  return [...specifiers].filter((specifier) => modelImport.test(specifier));
}

function* sourcesBelow(folder: string): Generator<string> {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory() && !entry.name.startsWith('.') && !ignoredFolders.has(entry.name)) yield* sourcesBelow(file);
    // Declarations name modules but do not import them.
    if (entry.isFile() && importerFiles.test(entry.name) && !/\.d\.[cm]?ts$/.test(entry.name)) yield file;
  }
}
