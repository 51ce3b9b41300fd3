import type { Target } from '../../../options/target.ts';
import type { Pass } from '../pass.ts';

/** A pass that gives a computation the form that takes the least time. It may add layers, so it runs after the passes that save them. */
export interface FormPass extends Pass {
  /** Where the form is the faster one, as measured. */
  readonly targets: readonly Target[];
}
