import { statSync } from 'node:fs';
import type { Conversion } from '../api.ts';
import { type Diagnostic, diagnostic } from '../diagnostics.ts';
import { describeModel } from '../emit/description.ts';
import type { KeptModel } from '../emit/restore.ts';
import type { ConvertOptions } from '../options.ts';
import type { Cache } from './cache.ts';

/** A converted model as the plugin needs it: what its module says, and the bytes. */
export interface CompiledModel extends KeptModel {
  /** The weights, in an `ArrayBuffer` of their own: some bundlers emit the whole buffer behind a view. */
  readonly bin: Uint8Array<ArrayBuffer>;
  /** Warnings and infos. */
  readonly diagnostics: readonly Diagnostic[];
  /** Absolute paths of all files read, the model first. */
  readonly files: readonly string[];
}

/** Converts a model, unless it has done so before and no file has changed since. Throws `NcnnError`. */
export type Compile = (file: string, options: ConvertOptions) => Promise<CompiledModel>;

/**
 * Makes a {@link Compile} that remembers: in memory, where a file's time and size tell whether it changed, and in the cache,
 * where its contents do. Requests for the same while it is under way share one conversion.
 */
export function createCompiler(
  convert: (file: string, options: ConvertOptions) => Promise<Conversion>,
  cache: () => Cache | undefined,
): Compile {
  const remembered = new Map<string, { readonly stamp: string; readonly model: CompiledModel }>();
  const underWay = new Map<string, Promise<CompiledModel>>();

  const run = async (file: string, options: ConvertOptions, key: string): Promise<CompiledModel> => {
    const last = remembered.get(key);
    if (last !== undefined && last.stamp === stampOf(last.model.files)) return last.model;
    // File times are finer than this clock: a file that was there before counts as older.
    const started = Date.now() + 1;
    const entry = cache()?.read(file, key);
    const present = entry === 'damaged' ? undefined : entry;
    const model = present ?? compiled(await convert(file, options));
    const changed = model.files.some((read) => changedSince(read, started));
    if (present === undefined && !changed) cache()?.write(file, key, model);
    if (!changed) remembered.set(key, { stamp: stampOf(model.files), model });
    return entry === 'damaged' ? { ...model, diagnostics: [...model.diagnostics, damaged(file)] } : model;
  };

  return async (file, options) => {
    const key = keyOf(file, options);
    const pending = underWay.get(key) ?? run(file, options, key).finally(() => underWay.delete(key));
    underWay.set(key, pending);
    return await pending;
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

function compiled({ artifact, diagnostics, files }: Conversion): CompiledModel {
  const bin = new Uint8Array(artifact.binLength);
  let offset = 0;
  for (const chunk of artifact.bin()) {
    bin.set(chunk, offset);
    offset += chunk.byteLength;
  }
  const { format, passes, saved, paramBin } = artifact;
  const param = new TextDecoder().decode(artifact.param);
  return { description: describeModel(artifact), format, passes, saved, param, paramBin, bin, diagnostics, files };
}

/** The same text for the same model and options, whatever the order in which they are given. */
export function keyOf(file: string, options: ConvertOptions): string {
  return JSON.stringify([file, options], (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function stampOf(files: readonly string[]): string {
  return files.map((file) => statOf(file)).join();
}

function changedSince(file: string, time: number): boolean {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined || stats.mtimeMs >= time;
}

function statOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'missing' : `${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}:${stats.ino}`;
}
