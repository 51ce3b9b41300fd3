import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelDescription } from '../../emit/description.ts';
import { type DeclaredModule, emitAmbientDeclarations, readAmbientDeclarations } from '../../emit/dts.ts';
import { missingFile, undefinedOn } from '../../files/errorCodes.ts';
import { identity, realPath } from '../../files/paths.ts';
import { writeChanged } from '../../files/writeChanged.ts';
import { findImports, type ImportedSpecifier } from '../imports/findImports.ts';
import { splitId } from '../imports/query.ts';

/** An import, with the id it resolved to. */
export interface ResolvedImport extends ImportedSpecifier {
  readonly id: string;
}

/** Where the declarations are written, and what decides which of them are kept. */
export interface DeclarationsTarget {
  readonly file: string;
  /** The folder of the project's sources. */
  readonly root: string;
  /** Whether the build has seen all models of the project, as far as it can know. */
  readonly complete: boolean;
}

/** Collects the imports of a build and updates the file of declarations. */
export interface Declarations {
  readonly addImport: (entry: ResolvedImport) => void;
  readonly addModel: (id: string, description: ModelDescription) => void;
  /**
   * Writes the file if its contents change. A project has many builds: for clients, servers and workers, by several compilers, in separate
   * processes. Each of them sees some of the models, so the declarations of other models are kept: all of them if the build is not
   * `complete`, otherwise as long as a source imports them. The file is the same whichever build comes last. Throws `NcnnError`
   * (`output-unwritable`).
   */
  readonly write: (target: DeclarationsTarget) => Promise<void>;
}

export function collectDeclarations(): Declarations {
  // By importer, because the same specifier may refer to different models in different files.
  const imports = new Map<string, ResolvedImport>();
  const descriptions = new Map<string, ModelDescription>();
  let last: Promise<void> = Promise.resolve();
  return {
    addImport: (entry) => imports.set(`${entry.importer}\n${entry.specifier}`, entry),
    addModel: (id, description) => descriptions.set(id, description),
    // Sequentially: a development server loads many models at once, and most of them find the file up to date.
    write: (target) => {
      const write = (): Promise<void> => updateDeclarations(target, [...imports.values()], descriptions);
      // A failure was reported to the caller of that write.
      last = last.then(write, write);
      return last;
    },
  };
}

async function updateDeclarations(
  { file, root, complete }: DeclarationsTarget,
  imports: readonly ResolvedImport[],
  descriptions: ReadonlyMap<string, ModelDescription>,
): Promise<void> {
  const previous = readDeclarations(file);
  const blocks = readAmbientDeclarations(previous ?? '');
  const seen = declaredModules(imports, descriptions);
  const allSeen = blocks.size === seen.filter(({ pattern }) => blocks.has(pattern)).length;
  if (previous === emitAmbientDeclarations(seen, blocks) && (allSeen || !complete)) return;
  // Only before a change, because this reads all sources.
  const found = await findImports(root);
  const modules = declaredModules([...imports, ...found.flatMap((entry) => resolveRelative(entry) ?? [])], descriptions);
  const patterns = new Set(found.map(({ specifier }) => patternOf(specifier)));
  // Read again, because another build may have written in the meantime.
  const others = [...readAmbientDeclarations(readDeclarations(file) ?? '')].filter(([pattern]) => !complete || patterns.has(pattern));
  writeDeclarations(file, emitAmbientDeclarations(modules, new Map(others)));
}

/** The current file of declarations; `undefined` if there is none. */
export function readDeclarations(file: string): string | undefined {
  return undefinedOn(missingFile, () => readFileSync(file, 'utf8'));
}

/** Writes the file unless it is up to date. Throws `NcnnError` (`output-unwritable`). */
export function writeDeclarations(file: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  writeChanged(path.dirname(file), [{ name: path.basename(file), chunks: () => [bytes] }]);
}

/**
 * The modules as TypeScript declarations. A relative specifier becomes a pattern with its suffix; if several models share the suffix, the
 * pattern declares any model.
 */
export function declaredModules(
  imports: readonly ResolvedImport[],
  descriptions: ReadonlyMap<string, ModelDescription>,
): readonly DeclaredModule[] {
  const byPattern = new Map<string, { readonly files: Set<string>; readonly ids: Set<string> }>();
  for (const { specifier, id } of imports) {
    const pattern = patternOf(specifier);
    // TypeScript allows one asterisk.
    if (pattern.split('*').length > 2) continue;
    const entry = byPattern.get(pattern) ?? { files: new Set(), ids: new Set() };
    // The pattern includes the query. Bundlers follow links, which are common for large files, so a file is identified by its real path.
    entry.files.add(identity(realPath(splitId(id).file)));
    entry.ids.add(id);
    byPattern.set(pattern, entry);
  }
  return [...byPattern].flatMap(([pattern, { files, ids }]): DeclaredModule[] => {
    if (files.size > 1) return [{ pattern, description: undefined }];
    const [description] = [...ids].flatMap((id) => descriptions.get(id) ?? []);
    return description === undefined ? [] : [{ pattern, description }];
  });
}

function patternOf(specifier: string): string {
  return specifier.replace(/^(?:\.{0,2}\/)+/, '*/');
}

/** A relative import, which resolves without a bundler. */
function resolveRelative({ specifier, importer }: ImportedSpecifier): ResolvedImport | undefined {
  if (!/^\.{1,2}\//.test(specifier)) return undefined;
  const { file, query } = splitId(specifier);
  return { specifier, importer, id: `${path.resolve(path.dirname(importer), file)}?${query}` };
}
