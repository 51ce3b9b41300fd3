import type { Diagnostic } from '../../diagnostics.ts';
import type { Stage } from '../../text/stages.ts';
import type { Made } from '../make.ts';

/** What a thread tells: first that it is there, then of each request how it goes and how it ended. */
export type Message =
  | { readonly kind: 'ready' }
  | { readonly kind: 'stage'; readonly stage: Stage }
  | { readonly kind: 'made'; readonly made: Made }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'broken'; readonly error: unknown };
