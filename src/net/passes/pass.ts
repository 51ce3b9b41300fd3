import type { NetEditor } from './editor.ts';

/** A rewriting of nets that keeps what they compute. */
export interface Pass {
  /** As `--passes` takes it; that of ncnnoptimize where it has one. */
  readonly name: string;
  /**
   * Rewrites what it finds and returns how often. A second run finds nothing. It must leave alone what an output or another layer
   * still needs.
   */
  readonly run: (editor: NetEditor) => number;
}
