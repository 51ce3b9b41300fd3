/** What the thread of a command gets from the main thread. */
export interface CommandData {
  /** The arguments behind the program's name. */
  readonly words: readonly string[];
  /** Whether lines may be colored. */
  readonly colors: boolean;
  /** Whether somebody watches the progress. */
  readonly watched: boolean;
}

/** What the thread of a command sends to the main thread. */
export type CommandMessage =
  | { readonly kind: 'print' | 'log'; readonly line: string }
  | { readonly kind: 'progress'; readonly text: string | undefined }
  | { readonly kind: 'writesTo'; readonly folder: string }
  | { readonly kind: 'exit'; readonly code: number };
