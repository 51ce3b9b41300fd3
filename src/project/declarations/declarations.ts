import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import type { ModelDescription } from '../../emit/description.ts';
import { type DeclaredModule, emitAmbientDeclarations, readAmbientDeclarations } from '../../emit/dts.ts';
import { commit, identity, stage } from '../../files/staging.ts';
import { type FoundImport, findImports } from '../imports/findImports.ts';
import { splitId } from '../imports/query.ts';

/** An import, with the id it resolved to. */
export interface ResolvedImport extends FoundImport {
  readonly id: string;
}

/** Where the declarations go, and what there is to know before they do. */
export interface DeclarationsTarget {
  readonly file: string;
  /** The folder of the project's sources. */
  readonly root: string;
  /** Whether the build has seen all models of the project, as far as it can know. */
  readonly complete: boolean;
}

/** Collects what is imported, and keeps the file of declarations up to date. */
export interface Declarations {
  readonly imported: (found: ResolvedImport) => void;
  readonly compiled: (id: string, description: ModelDescription) => void;
  /**
   * Writes the file if that changes it. A project has many builds: for clients, servers and workers, by several compilers, in
   * processes of their own. Each of them sees some of the models, so what the file declares of others is kept: all of it where the build
   * is not `complete`, else for as long as a source imports it. That gives the same file whoever comes last.
   * Throws `NcnnError` (`output-unwritable`).
   */
  readonly write: (target: DeclarationsTarget) => Promise<void>;
}

export function collectDeclarations(): Declarations {
  // By importer, as another file may mean another model by the same words.
  const imports = new Map<string, ResolvedImport>();
  const descriptions = new Map<string, ModelDescription>();

  const write: Declarations['write'] = async ({ file, root, complete }) => {
    const previous = readIfPresent(file);
    const blocks = readAmbientDeclarations(previous ?? '');
    const seen = declaredModules([...imports.values()], descriptions);
    const allSeen = blocks.size === seen.filter(({ pattern }) => blocks.has(pattern)).length;
    if (previous === emitAmbientDeclarations(seen, blocks) && (allSeen || !complete)) return;
    // Only where something is about to change, as all sources are read.
    const found = await findImports(root);
    const relative = found.flatMap((entry) => resolveRelative(entry) ?? []);
    const modules = declaredModules([...imports.values(), ...relative], descriptions);
    const patterns = new Set(found.map(({ specifier }) => patternOf(specifier)));
    // Read again, as another build may have written meanwhile.
    const others = [...readAmbientDeclarations(readIfPresent(file) ?? '')].filter(([pattern]) => !complete || patterns.has(pattern));
    writeDeclarations(file, emitAmbientDeclarations(modules, new Map(others)));
  };

  let last: Promise<void> = Promise.resolve();
  return {
    imported: (found) => imports.set(`${found.importer}\n${found.specifier}`, found),
    compiled: (id, description) => descriptions.set(id, description),
    // In turn: a development server loads many models at once, and most of them find the file as it should be.
    write: (target) => {
      last = last.catch(() => {}).then(() => write(target));
      return last;
    },
  };
}

/** Writes the file unless it is there as it should be. Throws `NcnnError` (`output-unwritable`). */
export function writeDeclarations(file: string, text: string): void {
  if (readIfPresent(file) === text) return;
  const bytes = new TextEncoder().encode(text);
  commit(stage(path.dirname(file), [{ name: path.basename(file), chunks: () => [bytes] }]));
}

/**
 * What TypeScript can be told of the imports. A relative specifier matches by its end; where several models have the same
 * end, nobody can tell them apart, and it stands for any model.
 */
export function declaredModules(
  imports: readonly ResolvedImport[],
  descriptions: ReadonlyMap<string, ModelDescription>,
): readonly DeclaredModule[] {
  const byPattern = new Map<string, { readonly files: Set<string>; readonly ids: Set<string> }>();
  for (const { specifier, id } of imports) {
    const pattern = patternOf(specifier);
    // More than one is not allowed.
    if (pattern.split('*').length > 2) continue;
    const entry = byPattern.get(pattern) ?? { files: new Set(), ids: new Set() };
    // The query is in the pattern.
    entry.files.add(realFile(splitId(id).file));
    entry.ids.add(id);
    byPattern.set(pattern, entry);
  }
  return [...byPattern].flatMap(([pattern, { files, ids }]): DeclaredModule[] => {
    if (files.size > 1) return [{ pattern, description: undefined }];
    const [description] = [...ids].flatMap((id) => descriptions.get(id) ?? []);
    return description === undefined ? [] : [{ pattern, description }];
  });
}

/** One name for a file, however it was come by: bundlers follow links, which large files often are. */
function realFile(file: string): string {
  try {
    return identity(realpathSync(file));
  } catch {
    return identity(file);
  }
}

function patternOf(specifier: string): string {
  return specifier.replace(/^(?:\.{0,2}\/)+/, '*/');
}

/** The id of an import whose meaning is plain from where it stands. */
function resolveRelative({ specifier, importer }: FoundImport): ResolvedImport | undefined {
  if (!/^\.{1,2}\//.test(specifier)) return undefined;
  const { file, query } = splitId(specifier);
  return { specifier, importer, id: `${path.resolve(path.dirname(importer), file)}?${query}` };
}

function readIfPresent(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
