import type { Bench } from '../bench/bench.ts';

/** A row of the table: a feature to test with every bundler. */
export interface Feature {
  /** The name of the row; short, and the same for every bundler. */
  readonly name: string;
  /** Builds and runs an app; rejects if the feature does not work. */
  readonly check: (bench: Bench) => Promise<void>;
}

export interface FeatureGroup {
  readonly title: string;
  readonly features: readonly Feature[];
}
