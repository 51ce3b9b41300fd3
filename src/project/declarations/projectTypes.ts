import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ModelDescription } from '../../emit/description.ts';
import { emitAmbientDeclarations } from '../../emit/dts.ts';
import type { Stage } from '../../pipeline/stages.ts';
import { findImports, type ImportedSpecifier } from '../imports/findImports.ts';
import { resolveModel } from '../imports/resolveModel.ts';
import { createModelLoader } from '../models.ts';
import { checkOptions } from '../options/checkOptions.ts';
import type { Options } from '../options/options.ts';
import { defaultDeclarationFile } from '../options/outputPaths.ts';
import { declaredModules, type ResolvedImport } from './declarations.ts';

/** A project whose model imports are declared without a bundler. */
export interface TypesRequest {
  /** The folder that globs in the options are relative to, like the bundler's root. */
  readonly root: string;
  /** Folders to search for sources. */
  readonly folders: readonly string[];
  /** The options of the plugin. */
  readonly options: Options;
  /** Folders or files by the prefix of a specifier, such as `@` in `@/net.onnx`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Called when a stage of the conversion of a model begins. */
  readonly onStage?: (file: string, stage: Stage) => void;
}

/** The file of declarations, identical to the plugin's. */
export interface ProjectTypes {
  /** Path where the plugin would write it. */
  readonly file: string;
  readonly text: string;
  readonly models: number;
  /** Warnings and infos. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Declares all models that the sources of a project import. Throws `NcnnError` with the errors of all of them. */
export async function projectTypes({ root, folders, options, aliases, onStage }: TypesRequest): Promise<ProjectTypes> {
  checkOptions(options);
  const errors: Diagnostic[] = [];
  const collect = (error: unknown): undefined => {
    if (!(error instanceof NcnnError)) throw error;
    for (const entry of error.diagnostics) errors.push(entry);
  };
  const imports: ResolvedImport[] = [];
  for (const entry of await importsBelow(folders)) {
    const id = await resolveModel(entry.specifier, entry.importer, root, async (specifier) => resolveAlias(specifier, root, aliases));
    if (id === undefined) errors.push(unresolvedImport(entry));
    else imports.push({ ...entry, id });
  }
  const loadModel = createModelLoader(() => root, options);
  const descriptions = new Map<string, ModelDescription>();
  const diagnostics: Diagnostic[] = [];
  for (const id of new Set(imports.map((entry) => entry.id))) {
    const loaded = await loadModel(id, (stage) => onStage?.(path.relative(root, id), stage)).catch(collect);
    if (loaded === undefined) continue;
    descriptions.set(id, loaded.model.description);
    for (const entry of loaded.model.diagnostics) diagnostics.push(entry);
  }
  if (errors.length > 0) throw new NcnnError(errors);
  return {
    file: path.resolve(root, typeof options.dts === 'string' ? options.dts : defaultDeclarationFile),
    text: emitAmbientDeclarations(declaredModules(imports, descriptions)),
    models: descriptions.size,
    diagnostics,
  };
}

/** The imports in all folders, without duplicates: a folder may contain another. */
async function importsBelow(folders: readonly string[]): Promise<Iterable<ImportedSpecifier>> {
  const imports = new Map<string, ImportedSpecifier>();
  for (const folder of folders) {
    for (const entry of await findImports(folder)) imports.set(`${entry.importer}\n${entry.specifier}`, entry);
  }
  return imports.values();
}

/** The file of an alias; as in Vite, a path that starts with a slash is relative to the root if the file does not exist. */
function resolveAlias(specifier: string, root: string, aliases: TypesRequest['aliases']): string | undefined {
  for (const [name, target] of Object.entries(aliases)) {
    if (specifier === name) return path.resolve(root, target);
    const prefix = name.endsWith('/') ? name : `${name}/`;
    if (specifier.startsWith(prefix)) return path.resolve(root, target, specifier.slice(prefix.length));
  }
  const below = path.join(root, specifier);
  return specifier.startsWith('/') && !existsSync(specifier) && existsSync(below) ? below : undefined;
}

/** Reports an import without a file. */
function unresolvedImport({ specifier, importer }: ImportedSpecifier): Diagnostic {
  const message = `cannot resolve the import of "${specifier}"`;
  return diagnostic('file-missing', message, 'Check the path, or define its alias, as in `--alias @=src`.', {
    file: importer,
  });
}
