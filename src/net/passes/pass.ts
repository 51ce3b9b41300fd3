import type { Net } from '../net.ts';
import type { NetEditor } from './editor.ts';

/** The name and description of a pass. */
export interface PassFacts {
  /** The name for `--passes`, the same as in ncnnoptimize if that has the pass. */
  readonly name: string;
  /** One sentence for docs/passes.md. */
  readonly description: string;
}

/** A rewrite of a net that does not change what the net computes. */
export interface Pass extends PassFacts {
  /**
   * Rewrites every match and returns the number of rewrites. It must keep what an output or another layer needs. A second run of all passes
   * must find nothing.
   */
  readonly run: (editor: NetEditor) => number;
}

/** A pass that runs once, after the other passes have reached a fixpoint. */
export interface FinalPass extends PassFacts {
  readonly runLast: (net: Net) => { readonly net: Net; readonly times: number };
}

/** Runs a pass until it finds nothing, because a rewrite may enable another one. */
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
