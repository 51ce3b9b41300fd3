import { statSync } from 'node:fs';
import type { Stage } from '../../pipeline/stages.ts';
import type { ModelConvertOptions } from '../options/options.ts';
import type { ConvertCached, ConvertRequest } from './convertCached.ts';
import type { ConvertedModel } from './convertedModel.ts';
import { RecentlyUsed } from './recentlyUsed.ts';

/** Converts a model, and only again if it or its options changed. Throws `NcnnError`. */
export type ConvertModel = (file: string, options: ModelConvertOptions, onStage?: (stage: Stage) => void) => Promise<ConvertedModel>;

/** Maximum memory of the stored models, because a development server can be asked for any number of them. */
const maxBytes = 2 ** 28;

interface Remembered {
  /** Identifies the state of the files that the model was read from. */
  readonly stamp: string;
  readonly model: ConvertedModel;
}

/** Approximate memory of a model: its weights, and its text, which descriptions and reports repeat. */
function sizeOfModel({ bin, paramBin, param }: ConvertedModel): number {
  return bin.byteLength + paramBin.byteLength + textCopies * param.length;
}

const textCopies = 16;

/**
 * A {@link ConvertModel} that stores results in memory, where the time and size of a file show whether it changed; `convertCached` may
 * store them on disk, where the contents do. Concurrent calls for the same model share one conversion, which calls the `onStage` of the
 * first one.
 */
export function memoizeConversions(convertCached: ConvertCached, cache: () => ConvertRequest['cache'] = () => undefined): ConvertModel {
  const results = new RecentlyUsed<Remembered>(maxBytes, ({ model }) => sizeOfModel(model));
  const pending = new Map<string, Promise<ConvertedModel>>();

  const convert = async (request: Omit<ConvertRequest, 'cache'>, onStage?: (stage: Stage) => void): Promise<ConvertedModel> => {
    const { key } = request;
    const previous = results.get(key);
    if (previous !== undefined && previous.stamp === stampOf(previous.model.files)) return previous.model;
    const location = cache();
    const { model, isStable } = await convertCached({ ...request, ...(location === undefined ? {} : { cache: location }) }, onStage);
    if (isStable) results.set(key, { stamp: stampOf(model.files), model: withoutCacheWarning(model) });
    return model;
  };

  return async (file, options, onStage) => {
    const key = conversionKey(file, options);
    const conversion = pending.get(key) ?? convert({ file, options, key }, onStage).finally(() => pending.delete(key));
    pending.set(key, conversion);
    return await conversion;
  };
}

/** The same text for the same model and options, whatever the order of the options. */
export function conversionKey(file: string, options: ModelConvertOptions): string {
  return JSON.stringify([file, options], (_, value: unknown) => {
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** A damaged cache is reported once. */
function withoutCacheWarning(model: ConvertedModel): ConvertedModel {
  const diagnostics = model.diagnostics.filter(({ code }) => code !== 'cache-damaged');
  return diagnostics.length === model.diagnostics.length ? model : { ...model, diagnostics };
}

function stampOf(files: readonly string[]): string {
  return files.map(fileStamp).join();
}

function fileStamp(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats === undefined ? 'missing' : `${stats.mtimeMs}:${stats.ctimeMs}:${stats.size}:${stats.ino}`;
}
