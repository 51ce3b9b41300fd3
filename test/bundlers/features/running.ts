/** Where the output runs, and how it loads the weights. */
import { expect } from 'vitest';
import { expectedOf, models } from '../bench/app.ts';
import { type Bench, outputOf, requestOf, runInBrowser, runInNode, weightsOf } from '../bench/bench.ts';
import { serve } from '../bench/server.ts';
import type { FeatureGroup } from './feature.ts';

const reportOf = (query: string): string => `import { describe, report } from './report.js';
import * as net from './models/det.onnx?${query}';
describe(net).then(report);`;

const workerCode = `import { describe } from './report.js';
import * as net from './models/det.onnx?ncnn';
describe(net).then((value) => postMessage(value));`;

const workerUser = `import { report } from './report.js';
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => report(data);
worker.onerror = ({ message }) => console.error(message);`;

/** Builds for a browser, opens the page, and expects it to fetch the weights from output files. */
async function checkFetch(
  bench: Bench,
  files: Readonly<Record<string, string>>,
  request: Parameters<typeof requestOf>[1] = {},
): Promise<void> {
  bench.needsBrowser();
  const app = bench.app(files);
  await bench.host.build(requestOf(app, { target: 'browser', ...request }));
  const base = request.publicPath ?? '/';
  const { reported, fetched } = await runInBrowser(bench, app, base);
  expect(reported).toEqual(await expectedOf(app, models.plain));
  expect(fetched).toEqual(weightsOf(app).map(({ name }) => `${base}${name}`));
  expect(fetched).toHaveLength(1);
}

export const running: FeatureGroup = {
  title: 'Environments',
  features: [
    {
      name: 'Node',
      check: async ({ host, app: newApp }) => {
        const app = newApp({ 'main.js': reportOf('ncnn') });
        await host.build(requestOf(app));
        expect(await runInNode(app)).toEqual(await expectedOf(app, models.plain));
      },
    },
    { name: 'a page, weights fetched', check: (bench) => checkFetch(bench, { 'main.js': reportOf('ncnn') }) },
    {
      name: 'a page, weights embedded',
      check: async (bench) => {
        bench.needsBrowser();
        const app = bench.app({ 'main.js': reportOf('ncnn&inline') });
        await bench.host.build(requestOf(app, { target: 'browser' }));
        const { reported, fetched } = await runInBrowser(bench, app);
        expect(reported).toEqual(await expectedOf(app, models.plain));
        expect([fetched, weightsOf(app)]).toEqual([[], []]);
      },
    },
    { name: 'a page, minified', check: (bench) => checkFetch(bench, { 'main.js': reportOf('ncnn') }, { minify: true }) },
    {
      name: 'a worker',
      check: (bench) => {
        const entries = { main: 'main.js', ...(bench.host.findsWorkers ? {} : { worker: 'worker.js' }) };
        return checkFetch(bench, { 'main.js': workerUser, 'worker.js': workerCode }, { entries });
      },
    },
    {
      name: 'dynamic `import()`',
      check: (bench) =>
        checkFetch(bench, {
          'main.js': "import { describe, report } from './report.js';\nimport('./models/det.onnx?ncnn').then(describe).then(report);",
        }),
    },
    {
      name: 'code splitting, weights once',
      check: async (bench) => {
        const part =
          "import { describe } from './report.js';\nimport * as net from './models/det.onnx?ncnn';\nexport const value = describe(net);";
        const main = `import { report } from './report.js';
Promise.all([import('./a.js'), import('./b.js')]).then(async ([a, b]) => {
  if (JSON.stringify(await a.value) !== JSON.stringify(await b.value)) throw new Error('The parts differ.');
  report(await a.value);
});`;
        bench.needsBrowser();
        const app = bench.app({
          'main.js': main,
          'a.js': `${part}\nexport const part = 'a';`,
          'b.js': `${part}\nexport const part = 'b';`,
        });
        await bench.host.build(requestOf(app, { target: 'browser' }));
        const { reported } = await runInBrowser(bench, app);
        expect(reported).toEqual(await expectedOf(app, models.plain));
        expect(weightsOf(app)).toHaveLength(1);
        // The initial chunk contains nothing of the model.
        expect(String(outputOf(app).find(({ name }) => name === 'main.js')?.bytes)).not.toContain('BLOB_data');
      },
    },
    {
      name: 'under a subpath (`base`, `publicPath`)',
      check: (bench) => checkFetch(bench, { 'main.js': reportOf('ncnn') }, { publicPath: '/sub/app/' }),
    },
    {
      name: 'from a CDN',
      check: async (bench) => {
        bench.needsBrowser();
        const app = bench.app({ 'main.js': reportOf('ncnn') });
        const cdn = await serve(() => ({ '/v1/': app.path('dist') }), {});
        bench.atEnd(cdn.close);
        const publicPath = `${cdn.origin}/v1/`;
        await bench.host.build(requestOf(app, { target: 'browser', publicPath }));
        const { reported } = await runInBrowser(bench, app, publicPath, [cdn.origin]);
        expect(reported).toEqual(await expectedOf(app, models.plain));
        expect(cdn.served).toContain(`/v1/${weightsOf(app)[0]?.name}`);
      },
    },
  ],
};
