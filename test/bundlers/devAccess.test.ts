/** How Vite's development server responds to requests that no source makes. `npm run bundlers` tests more servers and more requests. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'tsdown';
import { createServer, type PluginOption } from 'vite';
import { afterAll, beforeAll } from 'vitest';
import { describeForbidden, describeServed } from './devAccess/answers.ts';
import { type SampleProject, sampleProject } from './devAccess/sample.ts';
import { type RunningServer, startVite } from './devAccess/servers.ts';
import { newProject, type Project, repository } from './project.ts';

let packed: Project;
let project: SampleProject;
let server: RunningServer;
beforeAll(async () => {
  packed = newProject({});
  const config = path.join(repository, 'tsdown.config.ts');
  await build({ cwd: repository, config, outDir: packed.path('dist'), dts: false, logLevel: 'error' });
  const plugin: () => PluginOption = (await import(/* @vite-ignore */ pathToFileURL(packed.path('dist/vite.mjs')).href)).default;
  project = sampleProject();
  server = await startVite(createServer, plugin(), project);
});
afterAll(async () => {
  await server.close();
  project.remove();
  packed.remove();
});

const context = { project: () => project, port: () => server.port };
describeServed(context);
describeForbidden(context);
