/**
 * Small models that once made the converter hang, crash or throw: each is either converted and verified or rejected, with little time and
 * memory.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { NcnnError, verify } from '../src/api.ts';
import { measurePeakMemory } from './peakMemory.ts';

const folder = path.join(import.meta.dirname, 'fixtures/hostile');

/** Processor time in milliseconds, which does not depend on the load of the machine. */
const maxTimeMs = 5000;

/** Codes of converter errors. */
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
