import { statSync } from 'node:fs';
import type { Conversion, ConvertHooks } from '../api.ts';
import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import type { ConvertOptions } from '../options.ts';
import type { Stage } from '../text/stages.ts';
import { openCache } from './cache.ts';
import { type CompiledModel, compiledModel } from './compiledModel.ts';

/** A model that is wanted. Plain data, as it may go to another thread. */
export interface MakeRequest {
  readonly file: string;
  readonly options: ConvertOptions;
  /** Stands for the two in the cache. */
  readonly key: string;
  /** Where results are kept, and the state of the converter they are of; without it nothing is kept on disk. */
  readonly cache?: { readonly folder: string; readonly version: string };
}

export interface Made {
  readonly model: CompiledModel;
  /** Whether all files are what they were when it began, so that the result may be remembered. */
  readonly steady: boolean;
}

/** Takes a model from the cache or converts it. Throws `NcnnError`. */
export type Make = (request: MakeRequest, onStage?: (stage: Stage) => void) => Promise<Made>;

/** The converter, `convert` of the interface for scripts. */
export type Convert = (file: string, options: ConvertOptions, hooks: ConvertHooks) => Promise<Conversion>;

/** A {@link Make} in the thread it is called in. The converter is large, so it is asked for when it is first needed. */
export function makeWith(converter: () => Promise<Convert>): Make {
  return async ({ file, options, key, cache: kept }, onStage) => {
    // File times are finer than this clock: a file that was there before counts as older.
    const started = Date.now() + 1;
    const cache = kept === undefined ? undefined : openCache(kept.folder, kept.version);
    const entry = cache?.read(file, key);
    if (entry !== undefined && entry !== 'damaged') return { model: entry, steady: isSteady(entry, started) };
    const convert = await converter();
    const model = compiledModel(await convert(file, options, onStage === undefined ? {} : { onStage }));
    const steady = isSteady(model, started);
    if (steady) cache?.write(file, key, model);
    return { model: entry === 'damaged' ? { ...model, diagnostics: [...model.diagnostics, damaged(file)] } : model, steady };
  };
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
