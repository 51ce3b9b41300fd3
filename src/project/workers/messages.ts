import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Stage } from '../../pipeline/stages.ts';
import type { CachedConversion } from '../conversion/convertCached.ts';

/** What a thread tells: first that it is there, then of each request how it goes and how it ended. */
export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'made'; readonly made: CachedConversion }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'broken'; readonly error: unknown };
