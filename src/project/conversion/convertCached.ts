import { statSync } from 'node:fs';
import type { Conversion, ConvertHooks, VerifiedConversion, VerifyOptions } from '../../api.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import type { ConvertOptions, VerifySettings } from '../../options/convertOptions.ts';
import type { Stage } from '../../pipeline/stages.ts';
import { type CompiledModel, compiledModel } from './convertedModel.ts';
import { openCache } from './diskCache.ts';

/** What a model is to become, and whether the result is checked. */
export interface CachedConvertOptions extends ConvertOptions {
  /** Computes the model and the net on random inputs after a conversion, and fails where an output differs. */
  readonly verify?: boolean | VerifySettings;
}

/** A model that is wanted. Plain data, as it may go to another thread. */
export interface ConvertRequest {
  readonly file: string;
  readonly options: CachedConvertOptions;
  /** Stands for the two in the cache. */
  readonly key: string;
  /** Where results are kept, and the state of the converter they are of; without it nothing is kept on disk. */
  readonly cache?: { readonly folder: string; readonly version: string };
}

export interface CachedConversion {
  readonly model: CompiledModel;
  /** Whether all files are what they were when it began, so that the result may be remembered. */
  readonly steady: boolean;
}

/** Takes a model from the cache or converts it. Throws `NcnnError`. */
export type ConvertCached = (request: ConvertRequest, onStage?: (stage: Stage) => void) => Promise<CachedConversion>;

/** The converter: these two of the interface for scripts. */
export interface Converter {
  readonly convert: (file: string, options: ConvertOptions, hooks: ConvertHooks) => Promise<Conversion>;
  readonly verify: (file: string, options: ConvertOptions & VerifyOptions, hooks: ConvertHooks) => Promise<VerifiedConversion>;
}

/** A {@link ConvertCached} in the thread it is called in. The converter is large, so it is asked for when it is first needed. */
export function convertCachedWith(converter: () => Promise<Converter>): ConvertCached {
  return async ({ file, options, key, cache: kept }, onStage) => {
    // File times are finer than this clock: a file that was there before counts as older.
    const started = Date.now() + 1;
    const cache = kept === undefined ? undefined : openCache(kept.folder, kept.version);
    const entry = cache?.read(file, key);
    if (entry !== undefined && entry !== 'damaged') return { model: entry, steady: isSteady(entry, started) };
    const model = compiledModel(await converted(await converter(), file, options, onStage === undefined ? {} : { onStage }));
    const steady = isSteady(model, started);
    if (steady) cache?.write(file, key, model);
    return { model: entry === 'damaged' ? { ...model, diagnostics: [...model.diagnostics, damaged(file)] } : model, steady };
  };
}

async function converted(
  { convert, verify }: Converter,
  file: string,
  { verify: check = false, ...options }: CachedConvertOptions,
  hooks: ConvertHooks,
): Promise<Conversion> {
  if (check === false) return await convert(file, options, hooks);
  const verified = await verify(file, { ...options, ...(check === true ? {} : check) }, hooks);
  if (!verified.verification.ok) throw new NcnnError(verified.diagnostics);
  return verified;
}

function damaged(file: string): Diagnostic {
  return diagnostic(
    'cache-damaged',
    'the result in the cache was damaged, and was made anew',
    'Where this comes back, check the disk, or set `cache` to another folder.',
    { file },
  );
}

function isSteady({ files }: CompiledModel, since: number): boolean {
  return !files.some((file) => changedSince(file, since));
}

function changedSince(file: string, time: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined || stats.mtimeMs >= time;
}
