import type { explanations } from './explanations.ts';
import { SessionError, type SessionErrorCode } from './sessionError.ts';

type Explanations = typeof explanations;
type Problem = keyof Explanations;

/** What goes wrong inside of a session: the problem and its facts. What it means in words is loaded only then. */
export class Failure<P extends Problem = Problem> extends Error {
  readonly problem: P;
  readonly facts: Parameters<Explanations[P]>;

  constructor(problem: P, facts: Parameters<Explanations[P]>, cause?: unknown) {
    super(problem, { cause });
    this.problem = problem;
    this.facts = facts;
  }
}

/** The result of `work`, or a {@link SessionError} in place of its {@link Failure}. */
export async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { problem, facts, cause } = error;
    // Where nothing can be loaded any more, as offline or in a service worker, the facts have to do.
    const message = await import('./explanations.ts').then(
      ({ explain }) => explain(problem, facts),
      () => `${problem}: ${JSON.stringify(facts)}`,
    );
    // Each problem begins with its code.
    throw new SessionError(problem.split('-')[0] as SessionErrorCode, message, { cause });
  }
}
