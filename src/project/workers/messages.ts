import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Stage } from '../../pipeline/stages.ts';
import type { CachedConversion } from '../conversion/convertCached.ts';

/** The messages of a worker: first that it is ready, then the stages and the result of each request. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'converted'; readonly conversion: CachedConversion }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };
