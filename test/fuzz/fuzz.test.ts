import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutate } from './mutate.ts';
import { createRandom } from './random.ts';
import { fuzz, inputOf } from './run.ts';
import { createTargets } from './targets.ts';

const targets = createTargets(path.join(import.meta.dirname, '../fixtures'));

/** Targets that convert a large net for each input. */
const slow = new Set(['hostile', 'convert', 'symbol.json', 'params', 'pt', 'pickle', 'code', 'pt2']);

describe('fuzzing', () => {
  it.each(targets.map((target) => [target.name, target] as const))(
    '%s converts or rejects its input',
    { timeout: 120_000 },
    async (_name, target) => {
      const count = target.name.endsWith('-settings') || slow.has(target.name) ? 120 : 500;
      const { findings, inputs, accepted, slowest } = await fuzz(target, count);
      console.log(
        `fuzz ${target.name}: ${inputs} inputs, ${accepted} accepted, slowest ${Math.round(slowest)} ms, ${findings.length} findings`,
      );
      expect(findings).toEqual([]);
      // Damage that is always detected at once would only test the parser.
      expect(accepted).toBeGreaterThan(0);
    },
  );

  it('creates the same file from the same number', () => {
    for (const target of targets) {
      expect(inputOf(target, 7)).toEqual(inputOf(target, 7));
      expect(new Set(Array.from({ length: 20 }, (_, number) => inputOf(target, number).bytes.join())).size).toBeGreaterThan(15);
    }
  });

  it('does not change the seed', () => {
    const seed = Uint8Array.from({ length: 50 }, (_, index) => index);
    for (let number = 0; number < 100; number++) mutate(seed, createRandom(number), [seed], ['token']);
    expect([...seed]).toEqual(Array.from({ length: 50 }, (_, index) => index));
  });
});
