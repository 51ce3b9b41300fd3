/** What Vite's development server answers to requests that no source makes: other pages and programs can reach it. */
import { copyFileSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'tsdown';
import * as vite8 from 'vite';
import * as vite7 from 'vite7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convolutions, newProject, type Project, repository } from './project.ts';

let packed: Project;
let plugin: () => vite8.PluginOption;
beforeAll(async () => {
  packed = newProject({});
  const config = path.join(repository, 'tsdown.config.ts');
  await build({ cwd: repository, config, outDir: packed.path('dist'), dts: false, logLevel: 'error' });
  plugin = (await import(/* @vite-ignore */ pathToFileURL(packed.path('dist/vite.mjs')).href)).default;
});
afterAll(() => packed.remove());

const secretText = 'layer { name: "topsecret" type: "Nonsense" }\n';

describe.each([
  ['Vite 8', vite8.createServer],
  ['Vite 7', vite7.createServer as unknown as typeof vite8.createServer],
])('%s', (_version, createServer) => {
  let project: Project;
  let server: vite8.ViteDevServer;
  let outside = '';
  let at = '';
  beforeAll(async () => {
    project = newProject({
      'index.html': '<script type="module" src="./main.js"></script>',
      'main.js': "import net from './net.onnx?ncnn'; import far from './far.js'; console.log(net, far);",
      'far.js': `export { default } from 'FAR/imported.onnx?ncnn';`,
      'net.onnx': convolutions(),
      'other.onnx': convolutions(),
    });
    outside = mkdtempSync(path.join(tmpdir(), 'ncnn-elsewhere-'));
    for (const name of ['secret.onnx', 'imported.onnx']) copyFileSync(project.path('net.onnx'), path.join(outside, name));
    writeFileSync(path.join(outside, 'secret.prototxt'), secretText);
    symlinkSync(path.join(outside, 'secret.onnx'), project.path('link.onnx'));
    server = await createServer({
      root: realpathSync(project.folder),
      configFile: false,
      logLevel: 'silent',
      plugins: [plugin()],
      resolve: { alias: { FAR: outside } },
      server: { port: 0, fs: { allow: [realpathSync(project.folder)] } },
      optimizeDeps: { noDiscovery: true },
    });
    await server.listen();
    at = server.resolvedUrls?.local[0] ?? '';
  });
  afterAll(async () => {
    await server.close();
    project.remove();
    rmSync(outside, { recursive: true, force: true });
  });

  const ask = async (address: string, init: RequestInit = {}): Promise<{ readonly status: number; readonly text: string }> => {
    const response = await fetch(`${at}${address}`, { headers: { 'sec-fetch-dest': 'script' }, ...init });
    return { status: response.status, text: await response.text() };
  };

  it.each([
    ['a model outside', (folder: string) => `@fs${folder}/secret.onnx?import&ncnn`],
    ['a model outside, without the mark of an import', (folder: string) => `@fs${folder}/secret.onnx?ncnn`],
    ['a model outside, embedded', (folder: string) => `@fs${folder}/secret.onnx?import&ncnn&inline`],
    ['a model outside, by a path that leads out', (folder: string) => `@fs${folder}/x/../secret.onnx?import&ncnn`],
    ['a model outside, with an escaped name', (folder: string) => `@fs${folder}/%73ecret.onnx?import&ncnn`],
    ['a model outside, by its path on the system', (folder: string) => `${folder.slice(1)}/secret.onnx?import&ncnn`],
    ['a prototxt outside', (folder: string) => `@fs${folder}/secret.prototxt?import&ncnn`],
    ['no model outside', (folder: string) => `@fs${folder}/none.onnx?import&ncnn`],
    ['a model that is joined with one outside', (folder: string) => `@fs${folder}/a.prototxt+secret.onnx?import&ncnn`],
    ['a link that leads outside', () => 'link.onnx?import&ncnn'],
    ['a file of secrets', () => '.env?import&ncnn'],
  ])('denies %s', async (_what, address) => {
    const { status, text } = await ask(address(outside));
    expect(status).not.toBe(200);
    expect(text).not.toContain('topsecret');
    expect(text).not.toContain('Did you mean');
    expect(text).not.toContain('loadBin');
  });

  it('gives the models of the project, and those outside that a source imports', async () => {
    expect((await ask('net.onnx?import&ncnn')).text).toContain('loadBin');
    expect((await ask('other.onnx?import&ncnn')).text).toContain('loadBin');
    const denied = await ask(`@fs${outside}/imported.onnx?import&ncnn`);
    expect(denied.status).not.toBe(200);
    await ask('far.js');
    const imported = await ask(`@fs${outside}/imported.onnx?import&ncnn`);
    expect(imported.text).toContain('loadBin');
    const variation = await ask(`@fs${outside}/imported.onnx?import&ncnn&inline`);
    expect(variation.text).not.toContain('loadBin');
  });

  it('says the same of a model that may not be loaded whether there is one or not', async () => {
    const texts = await Promise.all(
      ['secret', 'none'].map(async (name) => (await ask(`@fs${outside}/${name}.onnx?import&ncnn`)).text.replaceAll(name, 'NAME')),
    );
    expect(texts[0]?.replace(/"stack":.*/s, '')).toBe(texts[1]?.replace(/"stack":.*/s, ''));
  });

  it('does not list or report what was denied', async () => {
    await ask(`@fs${outside}/secret.onnx?import&ncnn`);
    const page = await ask('__ncnn/');
    expect(page.text).not.toContain('secret.');
    expect((await ask(`__ncnn/report?model=${encodeURIComponent(path.join(outside, 'secret.onnx?ncnn'))}`)).status).toBe(404);
    expect((await ask('__ncnn/report?model=../../../etc/passwd')).status).toBe(404);
  });

  it('keeps answering through 300 variations', { timeout: 120_000 }, async () => {
    for (let size = 1; size <= 300; size++) await ask(`net.onnx?import&shape=nothing:${size}&ncnn`);
    expect((await ask('net.onnx?import&ncnn')).text).toContain('loadBin');
  });

  it('answers for weights only to the methods and places that there are', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH'])
      expect((await ask('@ncnn/none/net.bin', { method })).status).toBeGreaterThanOrEqual(400);
    for (const place of ['@ncnn/', '@ncnn/../package.json', '@ncnn/%2e%2e/x', '@ncnn/none/net.bin?x']) {
      expect((await ask(place)).text).not.toContain('loadBin');
    }
  });
});
