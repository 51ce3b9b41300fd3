/** Checks that sessions find their files, and compute the results of the net. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'vitest';
import { convert } from '../../../src/api.ts';
import { execute } from '../../../src/net/execute.ts';
import { models } from '../bench/app.ts';
import { type Bench, outputOf, requestOf, runInBrowser, runInNode } from '../bench/bench.ts';
import { installed } from '../bench/package.ts';
import type { Project } from '../project.ts';
import type { FeatureGroup } from './feature.ts';

/** A module that runs the net and passes the result to `report`. */
function runner(engine: 'runtime' | 'interpreter', report: string): string {
  return `import net from './models/det.onnx?ncnn';
import { createSession } from 'unplugin-ncnn/${engine}';
import { report } from './report.js';
const data = Float32Array.from({ length: 192 }, (_, index) => Math.sin(index));
createSession(net)
  .then(async (session) => {
    const { out } = await session.run({ data });
    session.dispose();
    return { shape: out.shape, data: [...out.data] };
  })
  .then(${report});
`;
}

const workerUser = `import { report } from './report.js';
const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
worker.onmessage = ({ data }) => report(data);
worker.onerror = ({ message }) => console.error(message);`;

/** Expects the result of the reference executor. */
async function expectResult(app: Project, reported: unknown): Promise<void> {
  const { artifact } = await convert(app.path(models.plain));
  const values = Float32Array.from({ length: 192 }, (_, index) => Math.sin(index));
  const blob = execute(artifact.model.net, new Map([['data', { shape: [3, 8, 8], values }]])).get('out');
  const expected = [...(blob?.values ?? [])].map((value) => expect.closeTo(value, 1));
  expect(reported).toEqual({ shape: [1, 16, 4, 4], data: expected });
}

function needsWasm(): boolean {
  return existsSync(path.join(installed, 'dist/ncnn.wasm'));
}

async function checkPage(
  bench: Bench,
  files: Readonly<Record<string, string>>,
  request: Parameters<typeof requestOf>[1] = {},
): Promise<void> {
  bench.needsBrowser();
  const app = bench.app(files);
  await bench.host.build(requestOf(app, { target: 'browser', ...request }));
  const { reported, fetched } = await runInBrowser(bench, app, request.publicPath);
  await expectResult(app, reported);
  const wasm = outputOf(app).filter(({ name }) => name.endsWith('.wasm'));
  // If it cannot be a file, it is embedded in the script.
  expect(fetched.filter((file) => file.endsWith('.wasm'))).toHaveLength(wasm.length);
}

export const sessions: FeatureGroup = {
  title: 'Sessions',
  features: [
    {
      name: 'ncnn.wasm in a page',
      check: async (bench) => {
        bench.needs(needsWasm(), 'ncnn.wasm was not built');
        await checkPage(bench, { 'main.js': runner('runtime', 'report') });
      },
    },
    {
      name: 'ncnn.wasm under a subpath',
      check: async (bench) => {
        bench.needs(needsWasm(), 'ncnn.wasm was not built');
        await checkPage(bench, { 'main.js': runner('runtime', 'report') }, { publicPath: '/sub/app/', minify: true });
      },
    },
    {
      name: 'ncnn.wasm in a worker',
      check: async (bench) => {
        bench.needs(needsWasm(), 'ncnn.wasm was not built');
        const entries = { main: 'main.js', ...(bench.host.findsWorkers ? {} : { worker: 'worker.js' }) };
        const worker = runner('runtime', '(value) => postMessage(value)');
        await checkPage(bench, { 'main.js': workerUser, 'worker.js': worker }, { entries });
      },
    },
    {
      name: 'ncnn.wasm in Node',
      check: async (bench) => {
        bench.needs(needsWasm(), 'ncnn.wasm was not built');
        const app = bench.app({ 'main.js': runner('runtime', 'report') });
        await bench.host.build(requestOf(app));
        await expectResult(app, await runInNode(app));
      },
    },
  ],
};
