import type { explanations } from './explanations.ts';
import { SessionError, type SessionErrorCode } from './sessionError.ts';

type Explanations = typeof explanations;
type Problem = keyof Explanations;

/** A failure inside of a session: the problem and its details. The text of the message is loaded only when it is needed. */
export class Failure<P extends Problem = Problem> extends Error {
  readonly facts: Parameters<Explanations[P]>;

  constructor(problem: P, facts: Parameters<Explanations[P]>, cause?: unknown) {
    super(problem, { cause });
    this.facts = facts;
  }
}

/** The result of `work`; throws a {@link SessionError} in place of a {@link Failure}. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { message: problem, facts, cause } = error;
    // If the module cannot be loaded, as offline or in a service worker, the message contains the details only.
    const message = await import('./explanations.ts').then(
      ({ explain }) => explain(problem, facts),
      () => `${problem}: ${facts}`,
    );
    // Each problem starts with its code.
    throw new SessionError(problem.split('-')[0] as SessionErrorCode, message, { cause });
  }
}
