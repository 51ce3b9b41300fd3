import type { ParsedArguments } from '../arguments/usage.ts';
import type { Outcome } from '../commands/convertModel.ts';

/** What the thread of a command gets from the main thread. */
export interface CommandData {
  /** The arguments behind the program's name. */
  readonly words: readonly string[];
  /** URL of the program, to run further threads. */
  readonly script: string;
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

/** What a thread that converts some models of a call gets from the thread of the command. */
export interface ShareData {
  /** The arguments of the command. */
  readonly given: ParsedArguments;
  readonly models: readonly string[];
  /** Whether somebody watches the progress. */
  readonly watched: boolean;
}

/** What such a thread sends to that of the command. */
export type ShareMessage =
  | { readonly kind: 'progress'; readonly text: string | undefined }
  | { readonly kind: 'writesTo'; readonly folder: string }
  | { readonly kind: 'converted'; readonly outcomes: readonly Outcome[] };
