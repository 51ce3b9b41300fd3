/** Vite's development server with the built package, and a page in a browser. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'tsdown';
import { createLogger, createServer, type InlineConfig, type PluginOption, type ViteDevServer } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { convert } from '../../src/api.ts';
import type { Options } from '../../src/index.ts';
import { closeBrowser, executable, newPage } from './bench/browser.ts';
import { convolutions, newProject, type Project, repository, unsupported } from './project.ts';

let packed: Project;
let plugin: (options?: Options) => PluginOption;
let project: Project | undefined;
let server: ViteDevServer | undefined;

beforeAll(async () => {
  packed = newProject({});
  await build({
    cwd: repository,
    config: path.join(repository, 'tsdown.config.ts'),
    outDir: packed.path('dist'),
    dts: false,
    logLevel: 'error',
  });
  plugin = (await import(/* @vite-ignore */ pathToFileURL(packed.path('dist/vite.mjs')).href)).default;
});
afterAll(() => packed.remove());
afterEach(async () => {
  await server?.close();
  server = undefined;
  project?.remove();
});

const index = '<!doctype html><link rel="icon" href="data:,"><script type="module" src="./main.js"></script>';

function newApp(files: Readonly<Record<string, string | Uint8Array>>): Project {
  project = newProject({ 'index.html': index, 'net.onnx': convolutions(), ...files });
  return project;
}

interface Served extends ViteDevServer {
  readonly at: string;
  readonly lines: readonly string[];
}

async function serve({ folder }: Project, options: Options = {}, more: InlineConfig = {}): Promise<Served> {
  const lines: string[] = [];
  const customLogger = { ...createLogger('silent'), info: (line: string) => void lines.push(line) };
  server = await createServer({
    root: folder,
    configFile: false,
    customLogger,
    plugins: [plugin(options)],
    server: { port: 0 },
    optimizeDeps: { noDiscovery: true },
    ...more,
  });
  await server.listen();
  return Object.assign(server, { at: server.resolvedUrls?.local[0] ?? '', lines });
}

describe('a long conversion', () => {
  it('blocks no other request, runs once for all requests and reports progress', async () => {
    const app = newApp({ 'main.js': '' });
    const { writeResnet50 } = await import(/* @vite-ignore */ pathToFileURL(path.join(repository, 'scripts/bench/resnet50.mjs')).href);
    writeResnet50(app.path('resnet50.onnx'));
    const { at, lines } = await serve(app, { cache: false });
    const ask = async (query: string): Promise<string> => await (await fetch(`${at}resnet50.onnx?import&ncnn${query}`)).text();
    const delays = monitorEventLoopDelay({ resolution: 5 });
    delays.enable();
    const began = performance.now();
    let converting = true;
    const codes = Promise.all(['', '&t=1', '&t=2'].map(ask)).finally(() => {
      converting = false;
    });
    let answers = 0;
    while (converting) {
      expect((await fetch(at)).status).toBe(200);
      answers++;
    }
    const took = performance.now() - began;
    delays.disable();
    // In the server's own thread, the conversion would block it almost all of the time.
    expect(delays.max / 1e6).toBeLessThan(took / 2);
    expect(answers).toBeGreaterThan(10);
    const addresses = (await codes).map((code) => /"\/@ncnn\/[^"]*"/.exec(code)?.[0]);
    expect(new Set(addresses).size).toBe(1);
    expect(addresses[0]).toMatch(/resnet50\.bin/);
    const messages = lines.filter((line) => line.includes('converted in'));
    expect(messages).toHaveLength(took > 2000 ? 1 : messages.length);
    expect(messages.length).toBeLessThanOrEqual(1);
  });
});

describe('weights', () => {
  it.each([
    ['/', 'http://'],
    ['/app/', 'http://'],
  ])('are served below %s with a tag and ranges', async (base) => {
    const { at } = await serve(newApp({ 'main.js': "import './net.onnx?ncnn';" }), {}, { base });
    const code = await (await fetch(`${at}net.onnx?import&ncnn`)).text();
    const place = /"(\/[^"]*@ncnn\/([0-9a-f]+)\/[^"]*)"/.exec(code);
    const [, address = '', hash = ''] = place ?? [];
    expect(address).toMatch(new RegExp(`^${base}@ncnn/`));
    const response = await fetch(new URL(address, at));
    expect([response.status, response.headers.get('etag')]).toEqual([200, `"${hash}"`]);
    expect((await response.arrayBuffer()).byteLength).toBe(10_952);
    const again = await fetch(new URL(address, at), { headers: { 'if-none-match': `"${hash}"` } });
    expect(again.status).toBe(304);
    const part = await fetch(new URL(address, at), { headers: { range: 'bytes=100-' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10_852]);
    for (const wrong of [`${base}@ncnn/0000/net.bin`, `${base}@ncnn/`, `${base}@ncnn/%2e%2e%2fpackage.json`, `${address}x`]) {
      expect([wrong, (await fetch(new URL(wrong, at))).status]).toEqual([wrong, 404]);
    }
  });
});

describe('/__ncnn/', () => {
  it('lists imported, pending and failed models', async () => {
    const app = newApp({
      'main.js': "import './net.onnx?ncnn'; import './bad.onnx?ncnn';",
      'later.ts': "export const later = () => import('@/sub/later.onnx?ncnn');",
      'bad.onnx': unsupported(),
      'sub/later.onnx': convolutions(8),
    });
    const { at } = await serve(app, {}, { resolve: { alias: { '@': app.folder } } });
    for (const file of ['main.js', 'net.onnx?import&ncnn', 'bad.onnx?import&ncnn']) await (await fetch(`${at}${file}`)).text();
    expect((await fetch(`${at}__ncnn`, { redirect: 'manual' })).headers.get('location')).toBe('/__ncnn/');
    const response = await fetch(`${at}__ncnn/`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const text = await response.text();
    const titles = [...text.matchAll(/<h2><a href="([^"]*)">([^<]*)</g)].map(([, href, title]) => [title, href]);
    expect(titles).toEqual([
      ['bad.onnx?ncnn', 'report?model=bad.onnx%3Fncnn'],
      ['net.onnx?ncnn', 'report?model=net.onnx%3Fncnn'],
      ['sub/later.onnx?ncnn', 'report?model=sub%2Flater.onnx%3Fncnn'],
    ]);
    expect(text).toMatch(/operator-unknown[\s\S]*NoSuchOperator/);
    expect(text).toMatch(/<code>data<\/code> float32 \[1, 3, 8, 8\]/);
    expect(text).toContain('Not converted yet');
    const statuses = [];
    for (const [, href = ''] of titles) statuses.push((await fetch(new URL(href, `${at}__ncnn/`))).status);
    expect(statuses).toEqual([200, 200, 200]);
    for (const other of ['report?model=package.json', 'report?model=..%2F..%2Fx.onnx%3Fncnn', 'report', 'elsewhere']) {
      expect((await fetch(`${at}__ncnn/${other}`)).status).toBe(404);
    }
  });

  it('forgets an import that was removed from its source', async () => {
    const app = newApp({ 'main.js': "import './net.onnx?ncnn';" });
    const { at } = await serve(app);
    const listed = async (): Promise<readonly string[]> => {
      for (const file of ['main.js', 'net.onnx?import&ncnn']) await (await fetch(`${at}${file}`)).text();
      const text = await (await fetch(`${at}__ncnn/`)).text();
      return [...text.matchAll(/<h2><a href="[^"]*">([^<]*)</g)].map(([, title = '']) => title);
    };
    expect(await listed()).toEqual(['net.onnx?ncnn']);
    app.write('main.js', "import './net.onnx?precision=fp16&ncnn';");
    await expect.poll(listed, { timeout: 5000 }).toEqual(['net.onnx?precision=fp16&#38;ncnn']);
  });
});

describe.skipIf(executable === undefined)('a page (needs Chromium: CHROMIUM names it)', () => {
  let page: Page;
  afterAll(closeBrowser);
  afterEach(async () => await page?.close());

  /** Opens the app and waits for its script, which reports through `document.title`. */
  const visit = async (at: string): Promise<void> => {
    page = await newPage();
    await page.goto(at);
    await page.waitForFunction('document.title !== ""');
    // The watcher must have seen the original files.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await page.evaluate('window.kept = true');
  };
  const title = async (): Promise<unknown> => await page.evaluate('document.title');
  const isSamePage = async (): Promise<unknown> => await page.evaluate('window.kept === true').catch(() => 'reloading');

  const show = "const show = async (net) => { document.title = (await net.loadBin()).length + ' ' + Object.keys(net.blobs).join(); };\n";

  it('loads the weights and receives the new module when it accepts it', async () => {
    const main = `import first from './net.onnx?ncnn';\n${show}show(first);\nimport.meta.hot.accept('./net.onnx?ncnn', (next) => show(next.default));\n`;
    const app = newApp({ 'main.js': main });
    const { at } = await serve(app);
    await visit(at);
    expect(await title()).toBe('10952 data,c1/out,out');
    app.write('net.onnx', convolutions(8));
    await expect.poll(title, { timeout: 20_000 }).toBe('3176 data,c1/out,out');
    expect(await isSamePage()).toBe(true);
  });

  const side = (name: string): Buffer => readFileSync(path.join(repository, 'test/fixtures/onnx', name));
  const data = side('external.onnx.data');

  it.each<[string, string, Readonly<Record<string, Uint8Array>>, string, Uint8Array, Uint8Array]>([
    ['the model', './net.onnx', {}, 'net.onnx', convolutions(), convolutions(16, 0.25)],
    [
      'a side file',
      './ext/external.onnx',
      { 'ext/external.onnx': side('external.onnx'), 'ext/external.onnx.data': data },
      'ext/external.onnx.data',
      data,
      data.map((byte) => byte ^ 1),
    ],
  ])('reloads without acceptance, but not for an equal net: %s', async (_what, model, files, file, same, other) => {
    const app = newApp({
      ...files,
      'main.js': `import net from '${model}?ncnn';\nnet.loadBin().then(() => { document.title = net.hash; });\n`,
    });
    const dev = await serve(app, { url: true });
    const send = vi.spyOn(dev.environments.client.hot, 'send');
    await visit(dev.at);
    const before = await title();
    app.write(file, same);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(send.mock.calls.flat().filter((payload) => Reflect.get(Object(payload), 'type') !== 'custom')).toEqual([]);
    expect(await isSamePage()).toBe(true);
    app.write(file, other);
    await expect.poll(isSamePage, { timeout: 20_000 }).toBe(false);
    const hash = (await convert(app.path(model))).artifact.hash();
    expect(hash).not.toBe(before);
    await expect.poll(title, { timeout: 20_000 }).toBe(hash);
  });

  it('shows the error of a model in an overlay and recovers', async () => {
    const app = newApp({ 'main.js': `import first from './net.onnx?ncnn';\n${show}show(first);\n` });
    const { at } = await serve(app);
    await visit(at);
    app.write('net.onnx', unsupported());
    const overlay = async (): Promise<unknown> =>
      await page.evaluate('document.querySelector("vite-error-overlay")?.shadowRoot.textContent ?? ""').catch(() => '');
    await expect.poll(overlay, { timeout: 20_000 }).toMatch(/operator-unknown[\s\S]*NoSuchOperator[\s\S]*fix: /);
    app.write('net.onnx', convolutions(8));
    await expect.poll(title, { timeout: 20_000 }).toBe('3176 data,c1/out,out');
    expect(await overlay()).toBe('');
  });
});
