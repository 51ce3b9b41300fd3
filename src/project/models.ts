import path from 'node:path';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import type { Stage } from '../pipeline/stages.ts';
import { cachedFirst } from './conversion/cachedFirst.ts';
import type { ConvertCached } from './conversion/convertCached.ts';
import type { ConvertedModel } from './conversion/convertedModel.ts';
import { conversionKey, memoizeConversions } from './conversion/memoize.ts';
import { parseQuery, splitId } from './imports/query.ts';
import type { CalibrationSettings, ModelConvertOptions, ModelOptions, Options } from './options/options.ts';
import { optionsFor } from './options/optionsFor.ts';
import { cacheFolder } from './options/outputPaths.ts';
import { convertInWorkers } from './workers/pool.ts';

/** Identifies the version of the converter; defined when the package is built. Without it nothing is cached on disk. */
declare const __BUILD__: string | undefined;

/** A model with the options of its import. */
export interface ImportedModel {
  readonly model: ConvertedModel;
  /** Where the weights are placed, if the options say so. */
  readonly placement: Pick<ModelOptions, 'inline' | 'url'>;
  /** Identifies the model and its options; it contains no path of this machine. */
  readonly key: string;
}

/** Loads the model of an id: a path with the query of the import. Throws `NcnnError`. */
export type LoadModel = (id: string, onStage?: (stage: Stage) => void) => Promise<ImportedModel>;

/** Loads the models of a project with the plugin options. `root` is a function, because some bundlers set the root late. */
export function createModelLoader(root: () => string, options: Options): LoadModel {
  const convertHere: ConvertCached = async (request, onStage) => {
    const { convertCachedWith } = await import('./conversion/convertCached.ts');
    return await convertCachedWith(() => import('../api.ts'))(request, onStage);
  };
  const convertCached = cachedFirst(convertInWorkers(new URL('./worker.mjs', import.meta.url), convertHere));
  const convert = memoizeConversions(convertCached, () => {
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
    const { inline, url, ...requested } = optionsFor(file, root(), options, parsed.options);
    // Modules run in pages, files for C and C++ anywhere.
    const convertOptions: ModelConvertOptions = { target: options.native === undefined ? 'wasm' : 'any', ...requested };
    const calibrate = await listCalibration(convertOptions.calibrate, root());
    return {
      model: await convert(file, { ...convertOptions, ...(calibrate === undefined ? {} : { calibrate }) }, onStage),
      placement: { ...(inline === undefined ? {} : { inline }), ...(url === undefined ? {} : { url }) },
      key: conversionKey(path.relative(root(), file), convertOptions),
    };
  };
}

/** The settings with the absolute paths of all files, so that a file added to a folder causes another conversion. */
async function listCalibration(settings: CalibrationSettings | undefined, root: string): Promise<CalibrationSettings | undefined> {
  if (settings === undefined) return undefined;
  const { calibrationFilesAt } = await import('./inputs/calibration.ts');
  return { ...settings, files: settings.files.flatMap((place) => calibrationFilesAt(path.resolve(root, place))) };
}
