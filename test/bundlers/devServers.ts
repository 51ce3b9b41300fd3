/**
 * How development servers respond to requests that no source makes, in every supported release of Vite and in webpack-dev-server: other
 * pages and programs can reach them. This takes minutes, so `npm run bundlers` runs it and `npm test` runs only a part.
 */
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { createServer as createVite8 } from 'vite';
import { createServer as createVite6 } from 'vite6';
import { createServer as createVite7 } from 'vite7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pluginFor } from './bench/package.ts';
import { describeForbidden, describeServed } from './devAccess/answers.ts';
import { ask } from './devAccess/ask.ts';
import { variation } from './devAccess/requests.ts';
import { type SampleProject, sampleProject } from './devAccess/sample.ts';
import { type RunningServer, startVite, startWebpack } from './devAccess/servers.ts';

type CreateServer = typeof createVite8;
type Start = (project: SampleProject) => Promise<RunningServer>;

// The releases have the same API as far as it is used here.
const vite =
  (createServer: unknown): Start =>
  async (project) =>
    await startVite(createServer as CreateServer, (await pluginFor('vite'))(), project);

const servers: readonly (readonly [string, Start])[] = [
  ['Vite 6', vite(createVite6)],
  ['Vite 7', vite(createVite7)],
  ['Vite 8', vite(createVite8)],
  ['webpack-dev-server', async (project) => await startWebpack((await pluginFor('webpack'))(), project)],
];

/** The number of variations of a model that are requested, and the memory and disk space that they may use. */
const [variations, maxMemory, maxCache] = [1000, 400 * 2 ** 20, 2 ** 30];

describe.each(servers)('%s', (name, start) => {
  let project: SampleProject;
  let server: RunningServer;
  beforeAll(async () => {
    project = sampleProject();
    server = await start(project);
  });
  afterAll(async () => {
    await server.close();
    project.remove();
  });
  const context = { project: () => project, port: () => server.port };

  if (name.startsWith('Vite')) describeServed(context);
  else
    it('serves the weights that it emitted', async () => {
      const { text } = await ask(server.port, { path: '/main.js' });
      const [weights] = /[\w.-]+\.bin/.exec(text) ?? [];
      const { status, body } = await ask(server.port, { path: `/${weights}`, headers: { range: 'bytes=0-9' } });
      expect([status, body.byteLength]).toEqual([206, 10]);
    });

  describeForbidden(context);

  it(`keeps answering through ${variations} variations, in bounded memory and disk space`, { timeout: 600_000 }, async () => {
    const before = process.memoryUsage().rss;
    for (let index = 0; index < variations; index++) await ask(server.port, { path: variation(index) });
    expect(process.memoryUsage().rss - before).toBeLessThan(maxMemory);
    expect(sizeOf(path.join(project.root, 'node_modules/.cache'))).toBeLessThan(maxCache);
    const page = name.startsWith('Vite') ? '/net.onnx?import&ncnn' : '/main.js';
    expect((await ask(server.port, { path: page })).status).toBe(200);
  });
});

function sizeOf(folder: string): number {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return 0;
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.reduce((sum, entry) => sum + (entry.isFile() ? statSync(path.join(entry.parentPath, entry.name)).size : 0), 0);
}
