import { existsSync } from 'node:fs';
import path from 'node:path';
import type { UnpluginContext, UnpluginContextMeta, UnpluginOptions } from 'unplugin';
import { NcnnError, ncnnError } from '../diagnostics/diagnostic.ts';
import { emitModule, type IdTree, idTree, type WeightSource } from '../emit/module.ts';
import { namedFiles } from '../files/modelFile.ts';
import type { ConvertedModel } from '../project/conversion/convertedModel.ts';
import { collectDeclarations } from '../project/declarations/declarations.ts';
import { originalSpecifiers } from '../project/imports/findImports.ts';
import { importerFiles, parseImporter } from '../project/imports/parseImporter.ts';
import { modelImport, splitId } from '../project/imports/query.ts';
import { resolveModel } from '../project/imports/resolveModel.ts';
import { createModelLoader, type ImportedModel } from '../project/models.ts';
import { checkOptions } from '../project/options/checkOptions.ts';
import type { Options } from '../project/options/options.ts';
import { declarationFile, reportFolder } from '../project/options/outputPaths.ts';
import type { HookContext } from './hosts/host.ts';
import { hostOf } from './hosts/index.ts';
import { inlineIds } from './inlineIds/inlineIds.ts';
import { createNativeWriter, type WriteNative } from './outputs/nativeFiles.ts';
import { createPageWriter, type WritePage } from './outputs/reportPages.ts';
import { followConversion } from './progress.ts';
import { bundlerError, describeDiagnostics, throwingModule } from './bundlerError.ts';

const defaultInlineLimit = 4096;

/** The plugin for one bundler: one part answers for models, the other writes their ids into importers. */
export function createPlugins(given: Options | undefined, meta: UnpluginContextMeta): UnpluginOptions[] {
  const options = given ?? {};
  refuseWrong(options);
  const host = hostOf(meta, { make: async (id) => (await modelOf(id)).model });
  const declarations = collectDeclarations();
  const models = createModelLoader(host.root, options);

  /** The model behind an id; the bundler is told how it goes. */
  const modelOf = async (id: string, context?: HookContext): Promise<ImportedModel> => {
    const progress = followConversion(path.relative(host.root(), splitId(id).file), (line) => host.log?.(line, context));
    const found = await models(id, progress.stage).finally(progress.stop);
    progress.done();
    return found;
  };

  let native: WriteNative | undefined;
  /** Made late, for the root is not known from the start. */
  const nativeWriter = (): WriteNative | undefined => {
    if (options.native === undefined) return undefined;
    native ??= createNativeWriter(path.resolve(host.root(), options.native.dir), options.native.forms);
    return native;
  };

  let pages: WritePage | undefined;
  const pageWriter = (): WritePage | undefined => {
    const folder = reportFolder(host.root(), options.report);
    if (folder === undefined) return undefined;
    pages ??= createPageWriter(folder);
    return pages;
  };

  const writeDeclarations = async (): Promise<void> => {
    const file = declarationFile(host.root(), options.dts);
    if (file !== undefined) await declarations.write({ file, root: host.root(), complete: host.isBuild() && host.seesAll() });
  };

  /** Notes down an import for the declarations, by the words that stand in the importer. */
  const noteImport = async (context: HookContext, specifier: string, importer: string | undefined, id: string): Promise<void> => {
    if (declarationFile(host.root(), options.dts) === undefined) return;
    const resolve = (written: string): Promise<string | undefined> => resolveModel(written, importer, host.root(), host.resolver(context));
    for (const written of await originalSpecifiers(specifier, importer, id, resolve)) {
      declarations.addImport({ specifier: written, importer: importer ?? '', id });
    }
  };

  const weightsOf = (
    context: HookContext,
    id: string,
    model: ConvertedModel,
    { inline, url }: ImportedModel['placement'],
  ): WeightSource => {
    const embed = inline === true || (url !== true && model.bin.byteLength < (options.inlineLimit ?? defaultInlineLimit));
    const published = embed ? undefined : host.publish(context, model, id);
    const hint = url === true && published === undefined ? host.urlHint?.() : undefined;
    if (hint !== undefined) {
      throw ncnnError('option-invalid', `this build by ${meta.framework} can only embed the weights`, hint, { file: model.files[0] ?? '' });
    }
    return published ?? { kind: 'inline', bytes: model.bin };
  };

  const answers: UnpluginOptions = {
    name: 'unplugin-ncnn',
    // Before Vite's own plugin for assets, which would answer for `?ncnn&url`.
    enforce: 'pre',
    resolveId: {
      filter: { id: modelImport },
      async handler(specifier, given) {
        const importer = given === undefined ? undefined : (host.importerPath?.(given) ?? given);
        const id = await resolveModel(specifier, importer, host.root(), host.resolver(this));
        if (id !== undefined) await noteImport(this, specifier, importer, id);
        return id;
      },
    },
    load: {
      filter: { id: modelImport },
      async handler(id) {
        // Only files that are there: Vite's development server stumbles over others.
        for (const file of namedFiles(splitId(id).file).filter((name) => existsSync(name))) watch(this, id, file);
        try {
          const { model, placement: placed, key } = await modelOf(id, this);
          for (const file of model.files) watch(this, id, file);
          const warnings = model.diagnostics.filter(({ severity }) => severity === 'warning');
          if (warnings.length > 0) warn(this, describeDiagnostics(warnings));
          declarations.addModel(id, model.description);
          host.loaded?.(this, id, model);
          nativeWriter()?.(model, key);
          await pageWriter()?.(model, key);
          if (!host.isBuild()) await writeDeclarations();
          const { description, paramBin } = model;
          return { code: emitModule({ description, paramBin, weights: weightsOf(this, id, model, placed) }), map: null };
        } catch (error) {
          host.loaded?.(this, id, undefined);
          return fail(this, error);
        }
      },
    },
    async buildEnd(...[error]: readonly unknown[]) {
      // A build that failed has not seen all imports.
      const whole = error === undefined && !failed;
      failed = false;
      if (host.isBuild() && whole) await writeDeclarations();
    },
    ...host.hooks,
  };

  let failed = false;

  const watch = (context: HookContext, id: string, file: string): void => {
    if (host.watchFile === undefined) context.addWatchFile(file);
    else host.watchFile(context, id, file);
  };

  const warn = (context: HookContext & UnpluginContext, message: string): void => {
    if (host.tell === undefined) context.warn(message);
    else host.tell.warn(context, message);
  };

  /** Tells the bundler, and gives it a module in case it goes on. */
  const fail = (context: HookContext & UnpluginContext, error: unknown): { readonly code: string; readonly map: null } => {
    if (!(error instanceof NcnnError)) throw error;
    failed = true;
    const message = describeDiagnostics(error.diagnostics);
    if (host.tell === undefined) context.error(bundlerError(error.diagnostics));
    else host.tell.error(context, message);
    return { code: throwingModule(message), map: null };
  };

  if (options.inlineIds === false) return [answers];

  const ids: UnpluginOptions = {
    name: 'unplugin-ncnn:ids',
    transform: {
      filter: { id: { include: [importerFiles], exclude: [modelImport] }, code: /[?&]ncnn/ },
      async handler(code, id) {
        const treeOf = async (source: string): Promise<IdTree | undefined> => {
          const resolved = await resolveModel(source, id, host.root(), host.resolver(this));
          if (resolved === undefined) return undefined;
          const { model } = await modelOf(resolved, this);
          // The numbers in the importer are only right for as long as the model stays what it is.
          for (const file of model.files) watch(this, id, file);
          return idTree(model.description);
        };
        return await inlineIds(code, id, await parseImporter(code, splitId(id).file), (source) => treeOf(source).catch(() => undefined));
      },
    },
    // In development, importers are not transformed again when a model changes.
    vite: { apply: 'build' },
    ...host.importerHooks,
  };
  return [answers, ids];
}

/** Bundlers show but the message of an error, so that one says what to do as well. */
function refuseWrong(options: Options): void {
  try {
    checkOptions(options);
  } catch (error) {
    throw error instanceof NcnnError ? new Error(describeDiagnostics(error.diagnostics), { cause: error }) : error;
  }
}
