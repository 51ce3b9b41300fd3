import { existsSync } from 'node:fs';
import path from 'node:path';
import type { UnpluginContext, UnpluginOptions } from 'unplugin';
import { conversionErrors } from '../diagnostics/conversionErrors.ts';
import { type Diagnostic, NcnnError, ncnnError } from '../diagnostics/diagnostic.ts';
import { emitModule, type WeightSource } from '../emit/module.ts';
import { namedFiles } from '../files/modelFile.ts';
import { modelImport, splitId } from '../project/imports/query.ts';
import type { ImportedModel } from '../project/models.ts';
import type { Build } from './build.ts';
import { bundlerError, describeDiagnostics, throwingModule } from './bundlerError.ts';
import { type DeclarationTracker, trackDeclarations } from './declarations.ts';
import { deniedModel } from './dev/access.ts';
import type { Asset, HookContext } from './hosts/host.ts';
import { createOutputWriter } from './outputs/modelOutputs.ts';
import { modelLikeImport } from './suspiciousImports.ts';
import { type GlobTracker, trackGlobs } from './unmatchedGlobs.ts';

type Context = HookContext & UnpluginContext;

/** The part of the plugin that resolves imports of models and provides their modules. */
export function modelPlugin(build: Build): UnpluginOptions {
  const { host, options } = build;
  const declarations = trackDeclarations(build);
  const globs = trackGlobs(host, options);
  const writeOutputs = createOutputWriter(host.root, options);
  let hasFailed = false;

  const resolve = resolver(build, declarations);

  return {
    name: 'unplugin-ncnn',
    // Before Vite's asset plugin, which would handle `?ncnn&url`.
    enforce: 'pre',
    resolveId: {
      filter: { id: modelLikeImport },
      async handler(source, importerId) {
        const specifier = host.specifierOf?.(source) ?? source;
        if (modelImport.test(specifier)) return await resolve(this, specifier, importerId);
        build.warn(this, build.suspect(specifier, importerPath(build, importerId)));
        return undefined;
      },
    },
    load: {
      filter: { id: modelImport },
      async handler(id) {
        if (host.access?.allows(id, namedFiles(splitId(id).file)) === false) return { code: denyModel(build, this), map: null };
        watchFiles(build, this, id);
        try {
          return { code: await moduleOf(build, { globs, declarations, writeOutputs }, this, id), map: null };
        } catch (error) {
          hasFailed = true;
          host.loaded?.(this, id, undefined);
          return { code: reportError(build, this, id, error), map: null };
        }
      },
    },
    async buildEnd(...[error]: readonly unknown[]) {
      // A failed build has not seen all imports.
      const isComplete = error === undefined && !hasFailed;
      hasFailed = false;
      const unmatched = globs.endBuild();
      if (!isComplete) return;
      await declarations.endBuild();
      if (host.isBuild() && host.seesAll()) warnAtEnd(build, this, unmatched);
    },
    ...host.hooks,
  };
}

/** What collects the models of a build. */
interface Followers {
  readonly globs: GlobTracker;
  readonly declarations: DeclarationTracker;
  readonly writeOutputs: (imported: ImportedModel) => Promise<void>;
}

/** The code of the module of a model. Throws `NcnnError`. */
async function moduleOf(build: Build, { globs, declarations, writeOutputs }: Followers, context: Context, id: string): Promise<string> {
  const { host } = build;
  const imported = await build.load(id, context);
  const { model } = imported;
  globs.addModel(id);
  if (host.access?.allows(id, model.files) === false) return denyModel(build, context);
  for (const file of model.files) build.watch(context, id, file);
  build.warn(context, warningsOf(model));
  host.loaded?.(context, id, model);
  await writeOutputs(imported);
  await declarations.addModel(id, model.description);
  const { description, paramBin } = model;
  return emitModule({ description, paramBin, weights: weightsOf(build, context, id, imported) });
}

function warningsOf({ diagnostics }: ImportedModel['model']): readonly Diagnostic[] {
  return diagnostics.filter(({ severity }) => severity === 'warning');
}

/** Reports warnings at the end of a build; some bundlers accept none there, and only have a log. */
function warnAtEnd(build: Build, context: HookContext, diagnostics: readonly Diagnostic[]): void {
  if (hasReports(context)) build.warn(context, diagnostics);
  else if (diagnostics.length > 0) build.host.log?.(describeDiagnostics(diagnostics), context);
}

function hasReports(context: HookContext): context is Context {
  return 'warn' in context && 'error' in context;
}

/** Watches the files that an id names. Only existing files: Vite's development server fails on others. */
function watchFiles(build: Build, context: Context, id: string): void {
  for (const file of namedFiles(splitId(id).file).filter((name) => existsSync(name))) build.watch(context, id, file);
}

function importerPath({ host }: Build, importerId: string | undefined): string | undefined {
  return importerId === undefined ? undefined : (host.importerPath?.(importerId) ?? importerId);
}

/** Resolves imports of models and records them for the declarations; an error is reported. */
function resolver(build: Build, declarations: DeclarationTracker) {
  return async (context: Context, specifier: string, importerId: string | undefined): Promise<string | undefined> => {
    const importer = importerPath(build, importerId);
    if (build.host.access?.isRequest(importer) && !build.host.isBuild()) return await resolveRequest(build, context, specifier);
    try {
      const id = await build.resolve(specifier, importer, context);
      if (id !== undefined) {
        build.host.checkPath?.(splitId(id).file);
        build.host.access?.addImport(id);
        build.noteImporter(id, importer);
      }
      if (id !== undefined) await declarations.addImport(context, specifier, importer, id);
      return id;
    } catch (error) {
      reportError(build, context, specifier, error, importer);
      return undefined;
    }
  };
}

/**
 * The id of a model that a request asks for and not a source. It resolves even if there is no file: then `load` reveals neither the
 * contents nor the existence of a file that may not be loaded.
 */
async function resolveRequest({ host, resolve }: Build, context: Context, specifier: string): Promise<string> {
  const found = await resolve(specifier, undefined, context).catch((error: unknown) => {
    if (error instanceof NcnnError) return undefined;
    throw error;
  });
  return found ?? (specifier.startsWith('/@fs/') ? specifier.slice('/@fs'.length) : path.join(host.root(), specifier));
}

/** Reports that a model may not be loaded, without the id, which contains a path chosen by the requester; returns a module that throws. */
function denyModel(build: Build, context: Context): string {
  return reportError(build, context, '', deniedModel());
}

const defaultInlineLimit = 4096;

/** Where the module of a model gets its weights. Throws `NcnnError` if a URL is requested and the build has none. */
function weightsOf({ host, options, bundler }: Build, context: HookContext, id: string, imported: ImportedModel): WeightSource {
  const { model, placement } = imported;
  const isSmall = model.bin.byteLength < (options.inlineLimit ?? defaultInlineLimit);
  const embed = placement.inline === true || (placement.url !== true && isSmall);
  const { name, hash } = model.description;
  const asset: Asset = { name, extension: '.bin', hash, bytes: model.bin, file: model.files[0] ?? '', isFile: placement.url === true };
  const published = embed ? undefined : host.publish(context, asset, id);
  const hint = placement.url === true && published === undefined ? host.urlHint?.() : undefined;
  if (hint !== undefined) {
    throw ncnnError('option-invalid', `this build by ${bundler} can only embed the weights`, hint, { file: model.files[0] ?? '' });
  }
  return published ?? { kind: 'inline', bytes: model.bin, publicUrl: embed ? undefined : host.publicUrl?.(context, asset, id) };
}

/** Reports an error to the bundler; returns a module that throws, in case the bundler continues. */
function reportError({ host, importerOf }: Build, context: Context, id: string, error: unknown, importer = importerOf(id)): string {
  const diagnostics = conversionErrors(error, { file: splitId(id).file });
  const shown = bundlerError(diagnostics, importer);
  if (host.report === undefined) context.error(shown);
  else host.report.error(context, shown.message);
  return throwingModule(shown.message);
}
