/** Tests every feature with one bundler, which the Vitest project selects: `npm run bundlers`. */
import { afterAll, describe, expect, inject, it } from 'vitest';
import { newBench } from './bench/bench.ts';
import { closeBrowser, executable } from './bench/browser.ts';
import { featureGroups } from './features/index.ts';
import { hosts } from './hosts/index.ts';

const host = await hosts[inject('bundler')]();
afterAll(closeBrowser);

describe(`${host.title} ${host.version}`, () => {
  for (const { title, features } of featureGroups) {
    describe(title, () => {
      for (const { name, check } of features) {
        it(name, async ({ skip, task }) => {
          const limit = host.limits[name];
          task.meta.cell = { feature: name, host: host.title, version: host.version, ...(limit === undefined ? {} : { limit }) };
          const { bench, end } = newBench(host, (isThere, reason) => skip(!isThere, reason), executable !== undefined);
          try {
            if (limit === undefined) await check(bench);
            else await expect(check(bench), 'a limit of the bundler is gone: take it out').rejects.toThrow();
          } finally {
            await end();
          }
        });
      }
    });
  }
});
