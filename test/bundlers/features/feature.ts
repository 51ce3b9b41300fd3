import type { Bench } from '../bench/bench.ts';

/** A row of the table: what must hold with every bundler. */
export interface Feature {
  /** As the row is called; short, and the same in every bundler. */
  readonly name: string;
  /** Builds and runs, and fails where it does not hold. */
  readonly check: (bench: Bench) => Promise<void>;
}

export interface FeatureGroup {
  readonly title: string;
  readonly features: readonly Feature[];
}
