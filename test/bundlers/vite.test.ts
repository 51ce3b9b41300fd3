/** Real builds and development servers of Vite. */
import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { build, createServer, type InlineConfig, type ViteDevServer } from 'vite';
import { afterEach, expect, it, vi } from 'vitest';
import ncnn from '../../src/bundlers/vite.ts';
import type { Options } from '../../src/index.ts';
import { convolutions, newProject, type Project, unsupported } from './project.ts';

let project: Project | undefined;
let server: ViteDevServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
  project?.remove();
});

const page = '<!doctype html><script type="module" src="./main.js"></script>';
const useAll = "import net, { loadBin } from './net.onnx?ncnn';\nconsole.log(net, loadBin);\n";

function newApp(main: string, files: Readonly<Record<string, string | Uint8Array>> = {}): Project {
  project = newProject({ 'net.onnx': convolutions(), 'index.html': page, 'main.js': main, ...files });
  return project;
}

function configOf({ folder }: Project, options: Options = {}, more: InlineConfig = {}): InlineConfig {
  return { root: folder, configFile: false, logLevel: 'silent', plugins: [ncnn(options)], ...more };
}

/** All output files by path. */
async function built(app: Project, options: Options = {}, more: InlineConfig = {}): Promise<ReadonlyMap<string, Buffer>> {
  await build(configOf(app, options, more));
  const names = readdirSync(app.path('dist'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(names.map(({ parentPath, name }) => [name, readFileSync(`${parentPath}/${name}`)]));
}

function scriptsOf(files: ReadonlyMap<string, Buffer>): string {
  return [...files].flatMap(([name, bytes]) => (name.endsWith('.js') ? [String(bytes)] : [])).join('\n');
}

function weightsOf(files: ReadonlyMap<string, Buffer>): readonly Buffer[] {
  return [...files].flatMap(([name, bytes]) => (name.endsWith('.bin') ? [bytes] : []));
}

interface Served extends ViteDevServer {
  readonly at: string;
}

async function serve(app: Project, options: Options = {}, more: InlineConfig = {}): Promise<Served> {
  server = await createServer(configOf(app, options, { server: { port: 0 }, optimizeDeps: { noDiscovery: true }, ...more }));
  await server.listen();
  const at = server.resolvedUrls?.local[0] ?? '';
  return Object.assign(server, { at });
}

/** The URL of the weights in the code of a served module. */
function addressIn(code: string): string {
  return /"(\/[^"]*@ncnn\/[^"]*)"/.exec(code)?.[1] ?? 'none';
}

it('inlines ids in a component that a later plugin compiles to JavaScript', async () => {
  const component = "<script>\nimport { LayerId } from './net.onnx?ncnn';\nconsole.log('layer', LayerId.conv2);\n</script>\n<p>text</p>";
  const app = newApp("import './App.svelte';", { 'App.svelte': component });
  const compiler = {
    name: 'compiler',
    transform: (code: string, id: string) => (id.endsWith('.svelte') ? code.replace(/^<script>|<\/script>[\s\S]*$/g, '') : undefined),
  };
  const scripts = scriptsOf(await built(app, {}, { plugins: [ncnn(), compiler] }));
  expect(scripts).toMatch(/console\.log\([`"']layer[`"'],\s*2\)/);
  expect(scripts).not.toContain('conv2');
});

it.each([
  ['/', /`\/assets\/net-[\w-]+\.bin`/],
  ['https://cdn.test/x/', /`https:\/\/cdn\.test\/x\/assets\/net-[\w-]+\.bin`/],
  ['./', /new URL\([`"]net-[\w-]+\.bin[`"],import\.meta\.url\)/],
])('builds with the weights as an asset under the base %s', async (base, address) => {
  const files = await built(newApp(useAll), {}, { base });
  expect(weightsOf(files).map((bytes) => bytes.byteLength)).toEqual([10_952]);
  expect(scriptsOf(files)).toMatch(address);
});

it.each([
  ['?ncnn&inline', {}],
  ['?ncnn', { inlineLimit: 1e6 }],
  ['?ncnn', { models: { '*.onnx': { inline: true } } }],
])('builds with the weights embedded: %s %j', async (query, options) => {
  const files = await built(newApp(useAll.replace('?ncnn', query)), options);
  expect(weightsOf(files)).toEqual([]);
});

it('handles ?url before Vite does', async () => {
  const files = await built(newApp(useAll.replace('?ncnn', '?ncnn&url')), { inlineLimit: 1e6 });
  expect(weightsOf(files)).toHaveLength(1);
  expect(scriptsOf(files)).toContain('c1/out');
});

it('omits all bytes if only ids are imported, also from TypeScript', async () => {
  const main =
    "import { BLOB_out, LayerId } from './net.onnx?ncnn';\nconst id: number = LayerId.conv2;\nconsole.log(BLOB_out, id as number);\n";
  const app = newApp('', { 'index.html': page.replace('.js', '.ts'), 'main.ts': main });
  const files = await built(app, {}, { build: { minify: false, modulePreload: false } });
  expect(scriptsOf(files)).toMatch(/console\.log\(2, 2\)/);
  expect(scriptsOf(files)).not.toMatch(/conv1|atob|LayerId/);
});

it('builds for a server with embedded weights, because that build has no assets', async () => {
  const app = newApp("export { default, loadBin } from './net.onnx?ncnn';\n");
  await build(configOf(app, {}, { build: { ssr: 'main.js' } }));
  const { loadBin, default: net } = await import(/* @vite-ignore */ pathToFileURL(app.path('dist/main.js')).href);
  expect(await loadBin()).toHaveLength(10_952);
  expect(net).not.toHaveProperty('binUrl');
});

it('builds for a worker', async () => {
  const app = newApp("new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });", {
    'worker.js': "import { loadBin } from './net.onnx?ncnn';\nloadBin().then((bin) => postMessage(bin.length));\n",
  });
  const files = await built(app, {}, { worker: { format: 'es', plugins: () => [ncnn()] } });
  expect(weightsOf(files)).toHaveLength(1);
  expect(scriptsOf(files)).toMatch(/net-[\w-]+\.bin/);
});

it('fails the build with the reason', async () => {
  const app = newApp("import './bad.onnx?ncnn';", { 'bad.onnx': unsupported() });
  await expect(built(app)).rejects.toThrow(/NoSuchOperator/);
});

it('fails the build if the net differs from its model, by option or query', async () => {
  const softmax = readFileSync(new URL('../fixtures/onnx/opset9_softmax_default.onnx', import.meta.url));
  const main = (query: string): string => `import net from './soft.onnx?ncnn${query}';\nconsole.log(net);\n`;
  const app = newApp(main(''), { 'soft.onnx': softmax });
  expect(scriptsOf(await built(app, { verify: true }))).toContain('soft');
  const verify = { rtol: 0, atol: 0 };
  await expect(built(app, { verify })).rejects.toThrow(/output "y" differs from the model by up to [\s\S]*fix: /);
  await expect(built(app, { models: { '*.onnx': { verify } } })).rejects.toThrow('result-differs');
  app.write('main.js', main('&verify=false'));
  expect(scriptsOf(await built(app, { verify }))).toContain('soft');
});

it('finds models in packages, including those that are not exported', async () => {
  const app = newApp(useAll.replace('./net', 'models/a/net'), {
    'node_modules/models/package.json': '{ "name": "models", "exports": { ".": "./index.js" } }',
    'node_modules/models/a/net.onnx': convolutions(),
  });
  expect(weightsOf(await built(app))).toHaveLength(1);
  const { at } = await serve(app);
  const address = /from "([^"]*net\.onnx[^"]*)"/.exec(await (await fetch(`${at}main.js`)).text())?.[1] ?? '';
  expect((await fetch(new URL(address, at))).status).toBe(200);
});

it('declares the imported models', async () => {
  const app = newApp("import './models/net.onnx?ncnn';\nimport './net.onnx?ncnn&precision=fp16';", { 'models/net.onnx': convolutions(2) });
  await built(app, { dts: true });
  const text = readFileSync(app.path('ncnn.d.ts'), 'utf8');
  const patterns = [...text.matchAll(/^declare module (.*) \{/gm)].map((match) => match[1]);
  expect(patterns).toEqual(['"*/net.onnx?ncnn&precision=fp16"', '"*/models/net.onnx?ncnn"', "'*?ncnn'", "'*&ncnn'"]);
  expect(text).not.toContain(app.folder);
  // A failed build does not know which imports were removed.
  app.write('net.onnx', unsupported());
  await expect(built(app, { dts: true })).rejects.toThrow();
  expect(readFileSync(app.path('ncnn.d.ts'), 'utf8')).toBe(text);
});

it.each(['/', '/app/', './'])('serves the weights under the base %s', async (base) => {
  const { at } = await serve(newApp(useAll), {}, { base });
  const code = await (await fetch(`${at}net.onnx?import&ncnn`)).text();
  const address = addressIn(code);
  expect(address).toMatch(new RegExp(`^${base === './' ? '/' : base}@ncnn/[0-9a-f]+/net\\.bin$`));
  expect(code).toContain('new URL(import.meta.url).origin');
  const response = await fetch(new URL(address, at));
  expect(response.headers.get('content-type')).toBe('application/octet-stream');
  expect((await response.arrayBuffer()).byteLength).toBe(10_952);
  const head = await fetch(new URL(address, at), { method: 'HEAD' });
  expect(head.headers.get('content-length')).toBe('10952');
});

it('respects the origin that is set for assets', async () => {
  const { at } = await serve(newApp(useAll), {}, { server: { port: 0, origin: 'http://other.test:1234' } });
  const code = await (await fetch(`${at}net.onnx?import&ncnn`)).text();
  expect(code).toMatch(/"http:\/\/other\.test:1234" \+ "\/@ncnn\//);
});

it('rewrites the import so that the browser gets the module', async () => {
  const { at } = await serve(newApp(useAll));
  const main = await (await fetch(`${at}main.js`)).text();
  const address = /from "([^"]*net\.onnx[^"]*)"/.exec(main)?.[1] ?? '';
  const response = await fetch(new URL(address, at));
  expect(response.headers.get('content-type')).toMatch(/javascript/);
  expect(await response.text()).toContain('BLOB_c1_out');
});

it('loads the weights in code for a server', async () => {
  const dev = await serve(newApp("export { loadBin } from './net.onnx?ncnn';\n"));
  const { loadBin } = await dev.ssrLoadModule('/main.js');
  expect(await loadBin()).toHaveLength(10_952);
});

it.each(['net.onnx', 'side'])(
  'reloads the page when the model changes (%s)',
  async (changed) => {
    const app = newApp(useAll.replace('./net', changed === 'side' ? './ext/external' : './net'), {
      'ext/external.onnx': readFileSync('test/fixtures/onnx/external.onnx'),
      'ext/external.onnx.data': readFileSync('test/fixtures/onnx/external.onnx.data'),
    });
    const dev = await serve(app, { url: true });
    const name = changed === 'side' ? 'ext/external.onnx' : 'net.onnx';
    await (await fetch(`${dev.at}main.js`)).text();
    const before = await (await fetch(`${dev.at}${name}?import&ncnn`)).text();
    const send = vi.spyOn(dev.ws, 'send');
    // The watcher must have seen the original file.
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (changed === 'side')
      app.write(
        'ext/external.onnx.data',
        new Uint8Array(readFileSync('test/fixtures/onnx/external.onnx.data')).map((byte) => byte ^ 1),
      );
    else app.write('net.onnx', convolutions(16, 0.25));
    await vi.waitFor(() => expect(send).toHaveBeenCalledWith(expect.objectContaining({ type: 'full-reload' })), { timeout: 10_000 });
    const after = await (await fetch(`${dev.at}${name}?import&ncnn&t=1`)).text();
    expect(addressIn(after)).not.toBe(addressIn(before));
  },
  20_000,
);

it('gives the overlay the error, its position and the lines around it', async () => {
  const param = '7767517\n2 2\nInput x 0 1 x\nNoSuchLayer odd 1 1 x y\n';
  const app = newApp('', { 'bad.onnx': unsupported(), 'odd.param': param, 'odd.bin': '' });
  const { at, environments } = await serve(app);
  const send = vi.spyOn(environments.client.hot, 'send');
  const shown = async (name: string): Promise<unknown> => {
    send.mockClear();
    await fetch(`${at}${name}?import&ncnn`);
    await vi.waitFor(() => expect(send).toHaveBeenCalled());
    return send.mock.calls.at(-1)?.[0];
  };
  const common = { plugin: 'unplugin-ncnn', stack: expect.any(String) };
  expect(await shown('bad.onnx')).toMatchObject({
    type: 'error',
    err: {
      ...common,
      id: app.path('bad.onnx'),
      message: expect.stringMatching(/^error operator-unknown in .*NoSuchOperator.*\n.*\n {2}fix: /s),
    },
  });
  expect(await shown('odd.param')).toMatchObject({
    type: 'error',
    err: {
      ...common,
      message: expect.stringContaining('NoSuchLayer'),
      loc: { file: app.path('odd.param'), line: 4 },
      frame: '  2 | 2 2\n  3 | Input x 0 1 x\n> 4 | NoSuchLayer odd 1 1 x y\n  5 | ',
    },
  });
}, 20_000);

it('shows an error in development and recovers', async () => {
  const app = newApp("import './bad.onnx?ncnn';", { 'bad.onnx': unsupported() });
  const { at } = await serve(app);
  const failing = await fetch(`${at}bad.onnx?import&ncnn`);
  expect(failing.status).toBe(500);
  const text = await (await fetch(`${at}bad.onnx?import&ncnn`)).text();
  expect(text).toMatch(/NoSuchOperator/);
  app.write('bad.onnx', convolutions());
  await expect.poll(async () => (await fetch(`${at}bad.onnx?import&ncnn&t=2`)).status, { timeout: 10_000 }).toBe(200);
}, 20_000);
