/** Dependencies that import a model, on Vite's development server, which prebundles them without the plugin. */
import type { ViteDevServer } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import ncnn from '../../src/bundlers/vite.ts';
import { convolutions, newProject, type Project } from './project.ts';

let project: Project | undefined;
let server: ViteDevServer | undefined;
afterEach(async () => {
  await server?.close();
  project?.remove();
});

describe.each(['vite', 'vite7', 'vite6'])('%s', (version) => {
  it.each([
    ['of its own', { 'node_modules/detector/net.onnx': convolutions() }, './net.onnx?ncnn'],
    ['of another package', { 'node_modules/models/a/net.onnx': convolutions() }, 'models/a/net.onnx?shape=data:1,3,8,8&ncnn'],
  ])(
    'excludes a model %s from dependency prebundling',
    async (_, files, specifier) => {
      project = newProject({
        'index.html': '<!doctype html><script type="module" src="./main.js"></script>',
        'main.js': "import { net } from 'detector';\nconsole.log(net);\n",
        'node_modules/detector/package.json': '{ "name": "detector", "type": "module", "exports": "./index.js" }',
        'node_modules/detector/index.js': `import inner from 'helper';\nimport net from '${specifier}';\nexport { net, inner };\n`,
        'node_modules/helper/package.json': '{ "name": "helper", "main": "./index.js" }',
        'node_modules/helper/index.js': 'module.exports = 7;\n',
        ...files,
      });
      const { createServer }: typeof import('vite') = await import(/* @vite-ignore */ version);
      server = await createServer({
        root: project.folder,
        configFile: false,
        logLevel: 'silent',
        plugins: [ncnn()],
        server: { port: 0 },
        optimizeDeps: { include: ['detector'] },
      });
      await server.listen();
      const at = server.resolvedUrls?.local[0] ?? '';
      const get = async (path: string): Promise<string> => await (await fetch(new URL(path, at))).text();
      const [, dependency = ''] = /from "([^"]*detector[^"]*)"/.exec(await get('main.js')) ?? [];
      expect(dependency).toContain('/.vite/deps/');
      const [, model = ''] = /"([^"]*net\.onnx\?[^"]*)"/.exec(await get(dependency)) ?? [];
      expect(await get(model)).toContain('export const param');
    },
    60_000,
  );
});
