import type { ParsedArguments } from '../arguments/usage.ts';
import type { Outcome } from '../commands/convertModel.ts';

/** What the main thread sends to the thread of a command. */
export interface CommandData {
  /** The arguments after the program's name. */
  readonly words: readonly string[];
  /** URL of the program, to start more threads. */
  readonly script: string;
  /** Whether to color lines. */
  readonly colors: boolean;
  /** Whether to show progress. */
  readonly watched: boolean;
}

/** What the thread of a command sends to the main thread. */
export type CommandMessage =
  | { readonly kind: 'print' | 'log'; readonly line: string }
  | { readonly kind: 'progress'; readonly text: string | undefined }
  | { readonly kind: 'writesTo'; readonly folder: string }
  | { readonly kind: 'exit'; readonly code: number };

/** What the thread of a command sends to a thread that converts some models of a call. */
export interface ShareData {
  /** The arguments of the command. */
  readonly args: ParsedArguments;
  readonly models: readonly string[];
  /** Whether to show progress. */
  readonly watched: boolean;
}

/** What such a thread sends back to the thread of the command. */
export type ShareMessage =
  | { readonly kind: 'progress'; readonly text: string | undefined }
  | { readonly kind: 'writesTo'; readonly folder: string }
  | { readonly kind: 'converted'; readonly outcomes: readonly Outcome[] };
