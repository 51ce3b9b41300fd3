import type { NetEditor } from './editor.ts';

/** A rewriting of nets that keeps what they compute. */
export interface Pass {
  /** As `--passes` takes it; that of ncnnoptimize where it has one. */
  readonly name: string;
  /**
   * Rewrites what it finds and returns how often. It must leave alone what an output or another layer still needs. In the list of
   * passes a second run finds nothing.
   */
  readonly run: (editor: NetEditor) => number;
}

/** The pass run again and again until it finds nothing, for it may have made what it can rewrite further. */
export function untilFixpoint({ name, run }: Pass): Pass {
  return {
    name,
    run: (editor) => {
      let times = 0;
      for (let count = run(editor); count > 0; count = run(editor)) times += count;
      return times;
    },
  };
}
