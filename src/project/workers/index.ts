import { type ConvertCached, convertCachedWith } from '../conversion/convertCached.ts';
import { convertInWorkers } from './pool.ts';

/** Makes models in threads, which the package has a file for; from sources, as in tests, in the thread of the caller. */
export function convertInWorker(): ConvertCached {
  const here = convertCachedWith(() => import('../../api.ts'));
  return convertInWorkers(new URL('./worker.mjs', import.meta.url), here);
}
