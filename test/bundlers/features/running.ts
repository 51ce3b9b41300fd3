/** Where the output runs, and how it loads the weights. */
import { expect } from 'vitest';
import { expectedOf, models } from '../bench/app.ts';
import { type Bench, outputOf, requestOf, runInBrowser, runInNode, weightsOf } from '../bench/bench.ts';
import { serve } from '../bench/server.ts';
import type { FeatureGroup } from './feature.ts';

const tellOf = (query: string): string => `import { tell, told } from './tell.js';
import * as net from './models/det.onnx?${query}';
told(net).then(tell);`;

const workerCode = `import { told } from './tell.js';
import * as net from './models/det.onnx?ncnn';
told(net).then((value) => postMessage(value));`;

const workerUser = `import { tell } from './tell.js';
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => tell(data);
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
  const { told, fetched } = await runInBrowser(bench, app, base);
  expect(told).toEqual(await expectedOf(app, models.plain));
  expect(fetched).toEqual(weightsOf(app).map(({ name }) => `${base}${name}`));
  expect(fetched).toHaveLength(1);
}

export const running: FeatureGroup = {
  title: 'Environments',
  features: [
    {
      name: 'Node',
      check: async ({ host, app: newApp }) => {
        const app = newApp({ 'main.js': tellOf('ncnn') });
        await host.build(requestOf(app));
        expect(await runInNode(app)).toEqual(await expectedOf(app, models.plain));
      },
    },
    { name: 'a page, weights fetched', check: (bench) => checkFetch(bench, { 'main.js': tellOf('ncnn') }) },
    {
      name: 'a page, weights embedded',
      check: async (bench) => {
        bench.needsBrowser();
        const app = bench.app({ 'main.js': tellOf('ncnn&inline') });
        await bench.host.build(requestOf(app, { target: 'browser' }));
        const { told, fetched } = await runInBrowser(bench, app);
        expect(told).toEqual(await expectedOf(app, models.plain));
        expect([fetched, weightsOf(app)]).toEqual([[], []]);
      },
    },
    { name: 'a page, minified', check: (bench) => checkFetch(bench, { 'main.js': tellOf('ncnn') }, { minify: true }) },
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
          'main.js': "import { tell, told } from './tell.js';\nimport('./models/det.onnx?ncnn').then(told).then(tell);",
        }),
    },
    {
      name: 'code splitting, weights once',
      check: async (bench) => {
        const part = "import { told } from './tell.js';\nimport * as net from './models/det.onnx?ncnn';\nexport const value = told(net);";
        const main = `import { tell } from './tell.js';
Promise.all([import('./a.js'), import('./b.js')]).then(async ([a, b]) => {
  if (JSON.stringify(await a.value) !== JSON.stringify(await b.value)) throw new Error('The parts differ.');
  tell(await a.value);
});`;
        bench.needsBrowser();
        const app = bench.app({
          'main.js': main,
          'a.js': `${part}\nexport const part = 'a';`,
          'b.js': `${part}\nexport const part = 'b';`,
        });
        await bench.host.build(requestOf(app, { target: 'browser' }));
        const { told } = await runInBrowser(bench, app);
        expect(told).toEqual(await expectedOf(app, models.plain));
        expect(weightsOf(app)).toHaveLength(1);
        // The initial chunk contains nothing of the model.
        expect(String(outputOf(app).find(({ name }) => name === 'main.js')?.bytes)).not.toContain('BLOB_data');
      },
    },
    {
      name: 'under a subpath (`base`, `publicPath`)',
      check: (bench) => checkFetch(bench, { 'main.js': tellOf('ncnn') }, { publicPath: '/sub/app/' }),
    },
    {
      name: 'from a CDN',
      check: async (bench) => {
        bench.needsBrowser();
        const app = bench.app({ 'main.js': tellOf('ncnn') });
        const cdn = await serve(() => ({ '/v1/': app.path('dist') }), {});
        bench.atEnd(cdn.close);
        const publicPath = `${cdn.origin}/v1/`;
        await bench.host.build(requestOf(app, { target: 'browser', publicPath }));
        const { told } = await runInBrowser(bench, app, publicPath, [cdn.origin]);
        expect(told).toEqual(await expectedOf(app, models.plain));
        expect(cdn.given).toContain(`/v1/${weightsOf(app)[0]?.name}`);
      },
    },
  ],
};
