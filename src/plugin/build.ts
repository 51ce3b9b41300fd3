import path from 'node:path';
import type { UnpluginContext, UnpluginContextMeta } from 'unplugin';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { splitId } from '../project/imports/query.ts';
import { resolveModel } from '../project/imports/resolveModel.ts';
import { createModelLoader, type ImportedModel } from '../project/models.ts';
import type { Options } from '../project/options/options.ts';
import { describeDiagnostics } from './bundlerError.ts';
import type { HookContext, Host } from './hosts/host.ts';
import { hostOf } from './hosts/index.ts';
import { followConversion } from './progress.ts';
import { createSuspicions, type Suspicions } from './suspiciousImports.ts';

/** Shared by the parts of the plugin during a build. */
export interface Build {
  readonly options: Options;
  /** The bundler's name. */
  readonly bundler: string;
  readonly host: Host;
  /** Resolves an import of a model to its id. Throws `NcnnError`. */
  readonly resolve: (specifier: string, importer: string | undefined, context: HookContext) => Promise<string | undefined>;
  /** The diagnostics of an import that resembles that of a model. */
  readonly suspect: Suspicions['check'];
  /** Records where an id is imported, for messages. */
  readonly noteImporter: (id: string, importer: string | undefined) => void;
  /** A source that imports the id. */
  readonly importerOf: (id: string) => string | undefined;
  /** Loads the model of an id, and logs the progress of a long conversion. Throws `NcnnError`. */
  readonly load: (id: string, context?: HookContext) => Promise<ImportedModel>;
  /** Reports warnings to the bundler. */
  readonly warn: (context: HookContext & UnpluginContext, diagnostics: readonly Diagnostic[]) => void;
  /** Rebuilds the module `id` when a file changes. */
  readonly watch: (context: HookContext, id: string, file: string) => void;
}

export function createBuild(options: Options, meta: UnpluginContextMeta): Build {
  const host: Host = hostOf(meta, { convert: async (id) => (await load(id)).model });
  const suspicions = createSuspicions();
  const importers = new Map<string, string>();
  const loadModel = createModelLoader(host.root, options);
  const load: Build['load'] = async (id, context) => {
    const file = path.relative(host.root(), splitId(id).file);
    const progress = followConversion(file, (line) => host.log?.(line, context));
    const loaded = await loadModel(id, progress.stage).finally(progress.stop);
    progress.done();
    return loaded;
  };
  return {
    options,
    bundler: meta.framework,
    host,
    resolve: (specifier, importer, context) => {
      suspicions.expect(specifier, importer);
      return resolveModel(specifier, importer, host.root(), host.resolver(context));
    },
    noteImporter: (id, importer) => {
      if (importer !== undefined) importers.set(id, importer);
    },
    importerOf: (id) => importers.get(id),
    suspect: suspicions.check,
    load,
    warn: (context, diagnostics) => {
      if (diagnostics.length === 0) return;
      const message = describeDiagnostics(diagnostics);
      if (host.report === undefined) context.warn(message);
      else host.report.warn(context, message);
    },
    watch: (context, id, file) => {
      if (host.watchFile === undefined) context.addWatchFile(file);
      else host.watchFile(context, id, file);
    },
  };
}
