/** Builds, rebuilds and caches. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { expectedOf, models } from '../bench/app.ts';
import { type Bench, outputOf, requestOf, runInBrowser, runInNode, startNode } from '../bench/bench.ts';
import { convolutions, type Project } from '../project.ts';
import type { FeatureGroup } from './feature.ts';

const reportOf = (file: string): string => `import { describe, report } from './report.js';
import * as net from './${file}?ncnn&url';
describe(net).then(report);`;

const embeddedOf = (file: string): string => reportOf(file).replace('&url', '&inline');

/** Checks that a rebuild follows a change of one file: the output contains the converter's current result. */
async function checkWatch({ host, app: newApp, atEnd }: Bench, model: string, change: (app: Project) => void): Promise<void> {
  const app = newApp({ 'main.js': embeddedOf(model) });
  const before = await expectedOf(app, model);
  const close = await host.watch(requestOf(app));
  atEnd(close);
  const run = (): Promise<unknown> => runInNode(app).catch((error: unknown) => error);
  await expect.poll(run, { timeout: 20_000, interval: 200 }).toEqual(before);
  // Some watchers ignore changes right after they started.
  await sleep(500);
  change(app);
  const after = await expectedOf(app, model);
  expect(after.bin).not.toBe(before.bin);
  await expect.poll(run, { timeout: 20_000, interval: 200 }).toEqual(after);
}

/** Changes every byte of the weights to another valid number. */
function changeSideFile(app: Project): void {
  app.write(
    models.sideData,
    new Uint8Array(Float32Array.from({ length: statSync(app.path(models.sideData)).size / 4 }, (_, index) => index / 8).buffer),
  );
}

export const building: FeatureGroup = {
  title: 'Builds',
  features: [
    {
      name: 'watch: a model changes',
      check: (bench) => checkWatch(bench, models.plain, (app) => app.write(models.plain, convolutions(16, 0.75))),
    },
    { name: 'watch: a side file changes', check: (bench) => checkWatch(bench, models.side, changeSideFile) },
    {
      name: 'an unchanged model is not converted again',
      check: async ({ host, app: newApp }) => {
        const app = newApp({ 'main.js': embeddedOf(models.plain) });
        const options = { cache: app.path('results') };
        // Using an entry only touches its time; rewriting it creates another file.
        const entries = (): unknown => readdirSync(app.path('results')).map((name) => [name, statSync(app.path(`results/${name}`)).ino]);
        const built = async (): Promise<unknown> => {
          await host.build(requestOf(app, { options }));
          return outputOf(app);
        };
        const first = await built();
        const cached = entries();
        expect(cached).toHaveLength(1);
        expect(await built()).toEqual(first);
        expect(entries()).toEqual(cached);
        app.write(models.plain, convolutions(16, 0.75));
        await built();
        expect(entries()).not.toEqual(cached);
        expect(await runInNode(app)).toEqual(await expectedOf(app, models.plain));
      },
    },
    {
      name: "the bundler's persistent cache",
      check: async (bench) => {
        const { host, app: newApp } = bench;
        if (!host.keepsCache) throw new Error('There is no such cache.');
        bench.needsBrowser();
        const app = newApp({ 'main.js': reportOf(models.side) });
        const build = async (): Promise<unknown> => {
          rmSync(app.path('dist'), { recursive: true, force: true });
          await host.build(requestOf(app, { target: 'browser', cacheFolder: app.path('modules') }));
          return (await runInBrowser(bench, app)).reported;
        };
        const expected = await expectedOf(app, models.side);
        expect(await build()).toEqual(expected);
        expect(readdirSync(app.path('modules'))).not.toEqual([]);
        expect(await build()).toEqual(expected);
        changeSideFile(app);
        expect(await build()).toEqual(await expectedOf(app, models.side));
      },
    },
    {
      name: 'a CommonJS config file',
      check: async ({ host, app: newApp }) => {
        const app = newApp({ 'main.js': embeddedOf(models.plain), ...host.commonJs.files });
        await startNode(app, host.commonJs.run);
        expect(await runInNode(app)).toEqual(await expectedOf(app, models.plain));
      },
    },
  ],
};
