import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Random } from '../random.ts';

/** The cases of a file in `test/fixtures/fuzz`, one per line, each as a seed. */
export function caseSeeds(fixtures: string, file: string): ReadonlyMap<string, Uint8Array> {
  const lines = readFileSync(path.join(fixtures, 'fuzz', file), 'utf8')
    .trimEnd()
    .split('\n');
  return new Map(lines.map((line, index) => [String(index), new TextEncoder().encode(line)]));
}

/** Changes the case of a seed. */
export function changing<T>(change: (original: T, random: Random) => T): (seed: Uint8Array, random: Random) => Uint8Array {
  return (seed, random) => new TextEncoder().encode(JSON.stringify(change(parseCase<T>(seed), random)));
}

/** A case of the fixtures, whose form is that of its file. */
export function parseCase<T>(bytes: Uint8Array): T {
  return JSON.parse(new TextDecoder().decode(bytes));
}
