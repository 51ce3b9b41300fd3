import type { Selection } from './selection.ts';

/** The actions of clicks and keys. */
export interface PageActions extends Selection {
  /** Shows one of the nets. */
  readonly show: (which: string) => void;
  /** Searches for the words in the search box. */
  readonly filter: () => void;
  /** Scales the graph: `in`, `out`, `fit` or `real`. */
  readonly zoom: (how: string) => void;
  /** Shows the values of a blob; absent if there are none. */
  readonly onBlob: ((name: string) => void) | undefined;
}
