import { type Make, makeWith } from '../models/convertCached.ts';
import { makeInThreads } from './pool.ts';

/** Makes models in threads, which the package has a file for; from sources, as in tests, in the thread of the caller. */
export function makeOffThread(): Make {
  const here = makeWith(() => import('../../api.ts'));
  return makeInThreads(new URL('./worker.mjs', import.meta.url), here);
}
