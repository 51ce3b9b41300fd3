import type { Selection } from './selection.ts';

/** What clicks and keys do. */
export interface PageActions extends Selection {
  /** Shows one of the nets. */
  readonly show: (which: string) => void;
  /** Searches for the words in the search box. */
  readonly filter: () => void;
  /** Scales the graph: `in`, `out`, `fit` or `real`. */
  readonly zoom: (how: string) => void;
  /** Looks at the values of a blob; absent where there are none. */
  readonly onBlob: ((name: string) => void) | undefined;
}
