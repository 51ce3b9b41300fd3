import type { Target } from '../../../options/target.ts';
import type { NetEditor } from '../editor.ts';
import type { PassFacts } from '../pass.ts';

/**
 * A pass that chooses the form of a computation that was measured to be fastest on a target. It may add layers, so it runs after the passes
 * that remove them.
 */
export interface FormPass extends PassFacts {
  /** Rewrites every match and returns the number of rewrites. */
  readonly run: (editor: NetEditor, target: Target) => number;
}
