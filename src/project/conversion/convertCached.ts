import type { CalibrationOptions, Conversion, ConvertHooks, VerifiedConversion, VerifyOptions } from '../../api.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import type { Stage } from '../../pipeline/stages.ts';
import type { CalibrationSettings, ModelConvertOptions } from '../options/options.ts';
import { type ConvertedModel, toConvertedModel } from './convertedModel.ts';
import { openDiskCache } from './diskCache.ts';
import { isStableSince } from './stable.ts';

/** A request for a converted model. Plain data, because it may be sent to another thread. */
export interface ConvertRequest {
  readonly file: string;
  readonly options: ModelConvertOptions;
  /** Identifies file and options in the cache. */
  readonly key: string;
  /** Folder of the results, and the version of the converter they are valid for; without it nothing is stored on disk. */
  readonly cache?: { readonly folder: string; readonly version: string };
}

export interface CachedConversion {
  readonly model: ConvertedModel;
  /** Whether no file changed since the conversion started, so that the result may be cached. */
  readonly isStable: boolean;
}

/** Reads a model from the cache or converts it. Throws `NcnnError`. */
export type ConvertCached = (request: ConvertRequest, onStage?: (stage: Stage) => void) => Promise<CachedConversion>;

/** The part of the API that converts. */
export interface Converter {
  readonly convert: (file: string, options: ConvertOptions & CalibrationOptions, hooks: ConvertHooks) => Promise<Conversion>;
  readonly verify: (
    file: string,
    options: ConvertOptions & CalibrationOptions & VerifyOptions,
    hooks: ConvertHooks,
  ) => Promise<VerifiedConversion>;
}

/** A {@link ConvertCached} that runs in the calling thread. The converter is large, so it is loaded on first use. */
export function convertCachedWith(loadConverter: () => Promise<Converter>): ConvertCached {
  return async ({ file, options, key, cache: location }, onStage) => {
    // File times are finer than this clock: a file that already existed counts as older.
    const started = Date.now() + 1;
    const cache = location === undefined ? undefined : openDiskCache(location.folder, location.version);
    const cached = cache?.read(file, key);
    if (cached !== undefined && cached !== 'damaged') return { model: cached, isStable: isStableSince(cached, started) };
    const conversion = await convertOrVerify(await loadConverter(), file, options, onStage === undefined ? {} : { onStage });
    const converted = toConvertedModel(conversion);
    const model = { ...converted, files: [...converted.files, ...(options.calibrate?.files ?? [])] };
    const isStable = isStableSince(model, started);
    if (isStable) cache?.write(file, key, model);
    return { model: cached === 'damaged' ? { ...model, diagnostics: [...model.diagnostics, damagedCache(file)] } : model, isStable };
  };
}

async function convertOrVerify(
  { convert, verify }: Converter,
  file: string,
  { verify: verifySettings = false, calibrate, ...convertOptions }: ModelConvertOptions,
  hooks: ConvertHooks,
): Promise<Conversion> {
  const options = { ...convertOptions, ...(calibrate === undefined ? {} : await readRuns(calibrate)) };
  if (verifySettings === false) return await convert(file, options, hooks);
  const verified = await verify(file, { ...options, ...(verifySettings === true ? {} : verifySettings) }, hooks);
  if (!verified.verification.ok) throw new NcnnError(verified.diagnostics);
  return verified;
}

/** The reader decodes pictures, so it is loaded on first use. */
async function readRuns({ files, input, mean, norm }: CalibrationSettings): Promise<CalibrationOptions> {
  const { readCalibration } = await import('../inputs/calibration.ts');
  const scale = { ...(mean === undefined ? {} : { mean }), ...(norm === undefined ? {} : { norm }) };
  return await readCalibration([{ files, ...(input === undefined ? {} : { input }) }], scale);
}

function damagedCache(file: string): Diagnostic {
  return diagnostic(
    'cache-damaged',
    'the cached result was damaged; the model was converted again',
    'If this happens again, check the disk, or set `cache` to another folder.',
    { file },
  );
}
