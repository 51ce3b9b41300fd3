import path from 'node:path';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import type { Stage } from '../pipeline/stages.ts';
import type { CompiledModel } from './conversion/convertedModel.ts';
import { createCompiler, keyOf } from './conversion/memoize.ts';
import { parseQuery, splitId } from './imports/query.ts';
import { cacheFolder, type ModelOptions, type Options, optionsFor } from './options/options.ts';
import { convertInWorker } from './workers/index.ts';

/** Stands for the state of the converter; the build of the package puts it in. Without it nothing is kept on disk. */
declare const __BUILD__: string | undefined;

/** A model, and what its import has to do with it. */
export interface ImportedModel {
  readonly model: CompiledModel;
  /** Where the weights are to go, if that was said. */
  readonly placed: Pick<ModelOptions, 'inline' | 'url'>;
  /** Tells the model and its options from others; no place of this machine is in it. */
  readonly key: string;
}

/** Gives the model behind an id: a path with the query of the import. Throws `NcnnError`. */
export type ModelsById = (id: string, onStage?: (stage: Stage) => void) => Promise<ImportedModel>;

/** The models of a project with the options of the plugin. `root` is asked late, as some bundlers do not tell it from the start. */
export function createModels(root: () => string, options: Options): ModelsById {
  const compile = createCompiler(convertInWorker(), () => {
    const folder = cacheFolder(root(), options.cache);
    return folder === undefined || typeof __BUILD__ === 'undefined' ? undefined : { folder, version: __BUILD__ };
  });
  return async (id, onStage) => {
    const { file, query } = splitId(id);
    const parsed = parseQuery(
      query.replace(/#.*$/, (hash) => encodeURIComponent(hash)),
      file,
    );
    if (parsed.diagnostics.length > 0) throw new NcnnError(parsed.diagnostics);
    const { inline, url, ...convertOptions } = optionsFor(file, root(), options, parsed.options);
    return {
      model: await compile(file, convertOptions, onStage),
      placed: { ...(inline === undefined ? {} : { inline }), ...(url === undefined ? {} : { url }) },
      key: keyOf(path.relative(root(), file), convertOptions),
    };
  };
}
