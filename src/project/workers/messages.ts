import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Stage } from '../../pipeline/stages.ts';
import type { CachedConversion } from '../conversion/convertCached.ts';

/** What a worker sends: first that it is ready, then for each request its stages and its result. */
export type WorkerMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'converted'; readonly conversion: CachedConversion }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] };
