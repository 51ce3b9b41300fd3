import { existsSync } from 'node:fs';
import path from 'node:path';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ModelDescription } from '../../emit/description.ts';
import { emitAmbientDeclarations } from '../../emit/dts.ts';
import type { Stage } from '../../pipeline/stages.ts';
import { type FoundImport, findImports } from '../imports/findImports.ts';
import { resolveModel } from '../imports/resolveModel.ts';
import { createModels } from '../models.ts';
import { checkOptions, defaultDeclarationFile, type Options } from '../options/options.ts';
import { declaredModules, type ResolvedImport } from './declarations.ts';

/** A project whose imports of models are to be declared, without a bundler. */
export interface TypesRequest {
  /** The folder that the globs of the options count from, as the bundler's root. */
  readonly root: string;
  /** Folders whose sources are searched. */
  readonly folders: readonly string[];
  /** The options that the plugin is given. */
  readonly options: Options;
  /** Folders or files by the beginning of a specifier that stands for them, as `@` in `@/net.onnx`. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Told of each model, and how its conversion goes. */
  readonly onStage?: (file: string, stage: Stage) => void;
}

/** The file of declarations as the plugin would write it, and what was said of the models. */
export interface ProjectTypes {
  /** Where the plugin would write it. */
  readonly file: string;
  readonly text: string;
  readonly models: number;
  /** Warnings and infos. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Declares all models that the sources of a project import. Throws `NcnnError` with what is wrong with any of them. */
export async function projectTypes({ root, folders, options, aliases, onStage }: TypesRequest): Promise<ProjectTypes> {
  checkOptions(options);
  const found = new Map<string, FoundImport>();
  for (const folder of folders) {
    for (const entry of await findImports(folder)) found.set(`${entry.importer}\n${entry.specifier}`, entry);
  }
  const imports: ResolvedImport[] = [];
  const errors: Diagnostic[] = [];
  for (const entry of found.values()) {
    const host = async (specifier: string): Promise<string | undefined> => byAlias(specifier, root, aliases);
    const id = await resolveModel(entry.specifier, entry.importer, root, host);
    if (id === undefined) errors.push(unresolved(entry));
    else imports.push({ ...entry, id });
  }
  const models = createModels(() => root, options);
  const descriptions = new Map<string, ModelDescription>();
  const diagnostics: Diagnostic[] = [];
  for (const id of new Set(imports.map((entry) => entry.id))) {
    try {
      const { model } = await models(id, (stage) => onStage?.(path.relative(root, id), stage));
      descriptions.set(id, model.description);
      diagnostics.push(...model.diagnostics);
    } catch (error) {
      if (!(error instanceof NcnnError)) throw error;
      errors.push(...error.diagnostics);
    }
  }
  if (errors.length > 0) throw new NcnnError(errors);
  return {
    file: path.resolve(root, typeof options.dts === 'string' ? options.dts : defaultDeclarationFile),
    text: emitAmbientDeclarations(declaredModules(imports, descriptions)),
    models: descriptions.size,
    diagnostics,
  };
}

/** What an alias stands for; a path that starts with a slash counts from the root where there is no such file, as Vite has it. */
function byAlias(specifier: string, root: string, aliases: TypesRequest['aliases']): string | undefined {
  for (const [name, target] of Object.entries(aliases)) {
    if (specifier === name) return path.resolve(root, target);
    const prefix = name.endsWith('/') ? name : `${name}/`;
    if (specifier.startsWith(prefix)) return path.resolve(root, target, specifier.slice(prefix.length));
  }
  const below = path.join(root, specifier);
  return specifier.startsWith('/') && !existsSync(specifier) && existsSync(below) ? below : undefined;
}

function unresolved({ specifier, importer }: FoundImport): Diagnostic {
  const message = `the import of "${specifier}" leads to no file`;
  return diagnostic('file-missing', message, 'Where it starts with an alias, say what that stands for: `--alias @=src`.', {
    file: importer,
  });
}
