import type { ConvertCached } from './convertCached.ts';
import { openDiskCache } from './diskCache.ts';
import { isStableSince } from './stable.ts';

/** Maximum size of a cache entry that is read in the calling thread, which must stay responsive. */
const maxEntryBytes = 2 ** 26;

/**
 * Reads small cached models in the calling thread, and passes all others to another {@link ConvertCached}, whose code is loaded on demand.
 */
export function cachedFirst(convertCached: ConvertCached): ConvertCached {
  return async (request, onStage) => {
    const { file, key, cache: location } = request;
    // File times are finer than this clock: a file that already existed counts as older.
    const started = Date.now() + 1;
    const cached = location && openDiskCache(location.folder, location.version).read(file, key, maxEntryBytes);
    if (cached === undefined || cached === 'damaged') return await convertCached(request, onStage);
    return { model: cached, isStable: isStableSince(cached, started) };
  };
}
