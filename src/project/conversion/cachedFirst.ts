import type { ConvertCached } from './convertCached.ts';
import { openDiskCache } from './diskCache.ts';
import { isStableSince } from './stable.ts';

/** Largest entry of the cache that is read in the calling thread, which has other things to do. */
const maxEntryBytes = 2 ** 26;

/** Reads models of some size from the cache in the calling thread, and leaves all others to another {@link ConvertCached}, with all that it loads. */
export function cachedFirst(convertCached: ConvertCached): ConvertCached {
  return async (request, onStage) => {
    const { file, key, cache: location } = request;
    // File times are finer than this clock: a file that was there before counts as older.
    const started = Date.now() + 1;
    const cached = location && openDiskCache(location.folder, location.version).read(file, key, maxEntryBytes);
    if (cached === undefined || cached === 'damaged') return await convertCached(request, onStage);
    return { model: cached, isStable: isStableSince(cached, started) };
  };
}
