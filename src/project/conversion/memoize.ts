import { statSync } from 'node:fs';
import type { Stage } from '../../pipeline/stages.ts';
import type { CachedConvertOptions, ConvertCached, ConvertRequest } from './convertCached.ts';
import type { CompiledModel } from './convertedModel.ts';

/** Gives a model, made anew only where it or its options changed. Throws `NcnnError`. */
export type Compile = (file: string, options: CachedConvertOptions, onStage?: (stage: Stage) => void) => Promise<CompiledModel>;

/**
 * Makes a {@link Compile} that remembers: here in memory, where a file's time and size tell whether it changed, and `make` in
 * the cache, where its contents do. Requests for the same while it is under way share one conversion; the first one's
 * `onStage` is told how it goes.
 */
export function createCompiler(make: ConvertCached, cache: () => ConvertRequest['cache'] = () => undefined): Compile {
  const remembered = new Map<string, { readonly stamp: string; readonly model: CompiledModel }>();
  const underWay = new Map<string, Promise<CompiledModel>>();

  const run = async (
    file: string,
    options: CachedConvertOptions,
    key: string,
    onStage?: (stage: Stage) => void,
  ): Promise<CompiledModel> => {
    const last = remembered.get(key);
    if (last !== undefined && last.stamp === stampOf(last.model.files)) return last.model;
    const kept = cache();
    const { model, steady } = await make({ file, options, key, ...(kept === undefined ? {} : { cache: kept }) }, onStage);
    // That the cache was damaged is told once.
    const diagnostics = model.diagnostics.filter(({ code }) => code !== 'cache-damaged');
    const sound = diagnostics.length === model.diagnostics.length ? model : { ...model, diagnostics };
    if (steady) remembered.set(key, { stamp: stampOf(model.files), model: sound });
    return model;
  };

  return async (file, options, onStage) => {
    const key = keyOf(file, options);
    const pending = underWay.get(key) ?? run(file, options, key, onStage).finally(() => underWay.delete(key));
    underWay.set(key, pending);
    return await pending;
  };
}

/** The same text for the same model and options, whatever the order in which they are given. */
export function keyOf(file: string, options: CachedConvertOptions): string {
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

function statOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'missing' : `${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}:${stats.ino}`;
}
