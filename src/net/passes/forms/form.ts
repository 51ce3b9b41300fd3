import type { Target } from '../../../options/target.ts';
import type { NetEditor } from '../editor.ts';
import type { PassFacts } from '../pass.ts';

/**
 * A pass that gives a computation the form that takes the least time on a target, as measured there. It may add layers, so it runs after the
 * passes that save them.
 */
export interface FormPass extends PassFacts {
  /** Rewrites what it finds and returns how often. */
  readonly run: (editor: NetEditor, target: Target) => number;
}
