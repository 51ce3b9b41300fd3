import { statSync } from 'node:fs';
import type { Conversion, ConvertHooks } from '../api.ts';
import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import { describeModel } from '../emit/description.ts';
import type { KeptModel } from '../emit/restore.ts';
import type { ConvertOptions } from '../options.ts';
import { type ReportData, reportData } from '../report/data.ts';
import type { Stage } from '../text/stages.ts';
import { openCache } from './cache.ts';

/** A converted model as the plugin needs it: what its module says, and the bytes. */
export interface CompiledModel extends KeptModel {
  /** The weights, in an `ArrayBuffer` of their own: some bundlers emit the whole buffer behind a view. */
  readonly bin: Uint8Array<ArrayBuffer>;
  /** Warnings and infos. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files read, the model first. */
  readonly files: readonly string[];
  /** What `renderReport` makes a page of. */
  readonly report: ReportData;
}

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
    const model = compiled(await convert(file, options, onStage === undefined ? {} : { onStage }));
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

function compiled(conversion: Conversion): CompiledModel {
  const { artifact, diagnostics, files } = conversion;
  const bin = new Uint8Array(artifact.binLength);
  let offset = 0;
  for (const chunk of artifact.bin()) {
    bin.set(chunk, offset);
    offset += chunk.byteLength;
  }
  const { format, passes, saved, paramBin } = artifact;
  const param = new TextDecoder().decode(artifact.param);
  return {
    description: describeModel(artifact),
    format,
    passes,
    saved,
    param,
    paramBin,
    bin,
    diagnostics,
    files,
    report: reportData(conversion),
  };
}

function isSteady({ files }: CompiledModel, since: number): boolean {
  return !files.some((file) => changedSince(file, since));
}

function changedSince(file: string, time: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined || stats.mtimeMs >= time;
}
