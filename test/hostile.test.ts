/** Small models that once hung the converter, ended its process or made it throw: each is converted and verified or refused, in little time and memory. */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { NcnnError, verify } from '../src/api.ts';
import { measurePeakMemory } from './peakMemory.ts';

const folder = path.join(import.meta.dirname, 'fixtures/hostile');

/** Milliseconds of the processor, which do not depend on what else the machine does. */
const maxTimeMs = 5000;

/** Codes that blame the converter. */
const faults: readonly string[] = ['internal-error', 'net-invalid'];

it.each(readdirSync(folder))('%s', { timeout: 60_000 }, async (name) => {
  const file = path.join(folder, name);
  const started = process.cpuUsage();
  const peakMemory = measurePeakMemory();
  const error = await verify(file).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const { user, system } = process.cpuUsage(started);
  expect((user + system) / 1000).toBeLessThan(maxTimeMs);
  expect(peakMemory()).toBeLessThan(200 * 2 ** 20 + 8 * statSync(file).size);
  if (error === undefined) return;
  if (!(error instanceof NcnnError)) throw error;
  expect(error.diagnostics.map(({ code }) => code).filter((code) => faults.includes(code))).toEqual([]);
});
