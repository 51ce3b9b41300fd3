import type { Net } from '../net.ts';
import type { NetEditor } from './editor.ts';

/** What a pass is called, and what it does. */
export interface PassFacts {
  /** As `--passes` takes it; that of ncnnoptimize where it has one. */
  readonly name: string;
  /** One sentence for docs/passes.md. */
  readonly description: string;
}

/** A rewriting of nets that keeps what they compute. */
export interface Pass extends PassFacts {
  /**
   * Rewrites what it finds and returns how often. It must leave alone what an output or another layer still needs. In the list of
   * passes a second run finds nothing.
   */
  readonly run: (editor: NetEditor) => number;
}

/** A pass that runs once, when no other finds anything any more. */
export interface FinalPass extends PassFacts {
  readonly runLast: (net: Net) => { readonly net: Net; readonly times: number };
}

/** The pass run again and again until it finds nothing, for it may have made what it can rewrite further. */
export function untilFixpoint(pass: Pass): Pass {
  return {
    ...pass,
    run: (editor) => {
      let times = 0;
      for (let count = pass.run(editor); count > 0; count = pass.run(editor)) times += count;
      return times;
    },
  };
}
