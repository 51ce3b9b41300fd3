/** A seeded source of random values: the same seed gives the same cases on every machine. */
export interface Random {
  /** In [0, 1). */
  readonly next: () => number;
  /** An integer from `low` to `high`, inclusive. */
  readonly int: (low: number, high: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** True with the given probability. */
  readonly chance: (probability: number) => boolean;
  /** A number from `low` to `high`, as float32. */
  readonly float: (low: number, high: number) => number;
}

/** Mulberry32 of a hash of the text. */
export function randomOf(seed: string): Random {
  let state = 2166136261;
  for (const character of seed) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619);
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const int = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    int,
    pick: (choices) => {
      const choice = choices[int(0, choices.length - 1)];
      if (choice === undefined) throw new RangeError('there is nothing to pick from');
      return choice;
    },
    chance: (probability) => next() < probability,
    float: (low, high) => Math.fround(low + next() * (high - low)),
  };
}
