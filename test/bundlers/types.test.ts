/** The declarations of a project: the same from every kind of build and from the command line, and checked with TypeScript. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { build as esbuild } from 'esbuild';
import { createBuilder, createServer, type InlineConfig, build as vite } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import webpack from 'webpack';
import forEsbuild from '../../src/bundlers/esbuild.ts';
import forVite from '../../src/bundlers/vite.ts';
import forWebpack from '../../src/bundlers/webpack.ts';
import { run } from '../../src/cli/run.ts';
import type { Options } from '../../src/index.ts';
import { convolutions, newProject, type Project, repository, unsupported } from './project.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

const models = { 'models/det.onnx': convolutions(16), 'models/rec.onnx': convolutions(8), 'models/cls.onnx': convolutions(4) };

function newApp(files: Readonly<Record<string, string | Uint8Array>>): Project {
  project = newProject({ ...models, ...files });
  return project;
}

/** Models of a page, its worker and its server, imported by relative paths and by an alias. */
const sources = {
  'index.html': '<!doctype html><script type="module" src="./page.js"></script>',
  'page.js': `import { BLOB_out } from '@/det.onnx?ncnn';
console.log(BLOB_out, new Worker(new URL('./worker.js', import.meta.url), { type: 'module' }));`,
  'worker.js': "import { loadBin } from './models/rec.onnx?precision=fp16&ncnn';\nloadBin().then(postMessage);",
  'server.js': "export { default } from './models/cls.onnx?ncnn';",
};
const options: Options = { dts: true, models: { '**/cls.onnx': { shape: { data: [1, 3, 8, 8] }, optimize: false } } };

interface Ran {
  readonly code: number;
  readonly output: string;
}

async function types(...words: readonly string[]): Promise<Ran> {
  const lines: string[] = [];
  const note = (line: string): void => void lines.push(line);
  const code = await run(['types', ...words], { print: note, log: note, paint: (_style, text) => text });
  return { code, output: lines.join('\n') };
}

describe('unplugin-ncnn types', () => {
  it('writes the same as the builds of the project in any order', async () => {
    const app = newApp({ ...sources, 'ncnn.config.mjs': `export default ${JSON.stringify(options)};` });
    const file = app.path('ncnn.d.ts');
    const read = (): string => readFileSync(file, 'utf8');
    const configOf = (ssr: boolean): InlineConfig => ({
      root: app.folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [forVite(options)],
      resolve: { alias: { '@': app.path('models') } },
      worker: { format: 'es', plugins: () => [forVite(options)] },
      build: { write: false, ...(ssr ? { ssr: 'server.js' } : {}) },
    });
    await vite(configOf(false));
    await vite(configOf(true));
    const built = read();
    const patterns = [...built.matchAll(/^declare module (.*) \{/gm)].map(([, pattern]) => pattern);
    expect(patterns).toEqual([
      '"*/models/rec.onnx?precision=fp16&ncnn"',
      '"*/models/cls.onnx?ncnn"',
      '"@/det.onnx?ncnn"',
      "'*?ncnn'",
      "'*&ncnn'",
    ]);

    const { mtimeMs } = statSync(file);
    const checked = await types('--root', app.folder, '--alias', '@=models', '--check');
    expect(checked).toEqual({ code: 0, output: expect.stringMatching(/ncnn\.d\.ts is up to date \(3 models\)$/) });
    await vite(configOf(false));
    expect([read() === built, statSync(file).mtimeMs]).toEqual([true, mtimeMs]);

    app.write('ncnn.d.ts', '');
    expect(await types('--root', app.folder, '--alias', '@=models', '--check')).toMatchObject({ code: 1 });
    expect(read()).toBe('');
    expect(await types('--root', app.folder, '--alias', '@=models')).toMatchObject({ code: 0 });
    expect(read()).toBe(built);

    // All environments at once, each with separate plugins.
    app.write('ncnn.d.ts', '');
    const config = configOf(false);
    const environments = { client: {}, ssr: { build: { ssr: true, rollupOptions: { input: app.path('server.js') } } } };
    const builder = await createBuilder({ ...config, plugins: [forVite(options)], builder: {}, environments }, null);
    await builder.buildApp();
    expect(read()).toBe(built);
  });

  it('matches webpack and esbuild, which resolve aliases themselves', async () => {
    const main = "export { default } from '@/det.onnx?ncnn'; export { BLOB_out } from './models/rec.onnx?ncnn';";
    const app = newApp({ 'main.js': main });
    const file = app.path('ncnn.d.ts');
    expect(await types('--root', app.folder, '--alias', '@=models', '-o', file)).toMatchObject({ code: 0 });
    const expected = readFileSync(file, 'utf8');
    app.write('ncnn.d.ts', '');
    const alias = { '@': app.path('models') };
    await esbuild({
      absWorkingDir: app.folder,
      entryPoints: ['main.js'],
      bundle: true,
      write: false,
      alias,
      plugins: [forEsbuild({ dts: true })],
    });
    expect(readFileSync(file, 'utf8')).toBe(expected);
    app.write('ncnn.d.ts', '');
    const compiler = webpack({
      context: app.folder,
      mode: 'production',
      entry: './main.js',
      output: { path: app.path('dist') },
      resolve: { alias },
      plugins: [forWebpack({ dts: true })],
    });
    await new Promise((resolve) => compiler?.run(() => compiler.close(resolve)));
    expect(readFileSync(file, 'utf8')).toBe(expected);
  });

  it('is written under the source specifiers as modules load in development', async () => {
    const app = newApp(sources);
    const server = await createServer({
      root: app.folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [forVite(options)],
      resolve: { alias: { '@': app.path('models') } },
      optimizeDeps: { noDiscovery: true },
      server: { middlewareMode: true, ws: false },
    });
    try {
      await server.transformRequest('/page.js');
      await server.transformRequest('/models/det.onnx?ncnn');
      const text = readFileSync(app.path('ncnn.d.ts'), 'utf8');
      expect(text).toContain('declare module "@/det.onnx?ncnn" {');
      expect(text).not.toContain(app.folder);
    } finally {
      await server.close();
    }
  });

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, readonly string[], RegExp]>([
    [
      'an import that leads nowhere',
      { 'main.js': "import '@/net.onnx?ncnn'" },
      [],
      /cannot resolve the import of "@\/net\.onnx\?ncnn"\n {2}fix: .*--alias/,
    ],
    ['a file that is not there', { 'main.js': "import './net.onnx?ncnn'" }, [], /file-missing in .*net\.onnx/],
    ['a model that cannot be converted', { 'main.js': "import './bad.onnx?ncnn'", 'bad.onnx': unsupported() }, [], /NoSuchOperator/],
    ['a parameter', { 'main.js': "import './models/det.onnx?ncnn&precison=fp16'" }, [], /Did you mean `precision`\?/],
    ['an option', { 'ncnn.config.json': '{ "precison": "fp16" }' }, [], /Did you mean `precision`\?/],
    ['options that are none', { 'ncnn.config.json': '[]' }, [], /contains no object with options/],
    ['options that cannot be read', { 'ncnn.config.js': 'export default {' }, [], /cannot be read/],
    ['no file of options', {}, ['--config', 'none.mjs'], /file-missing in none\.mjs/],
  ])('reports what is wrong: %s', async (_what, files, words, message) => {
    const app = newApp(files);
    const { code, output } = await types('--root', app.folder, ...words);
    expect([code, output]).toEqual([1, expect.stringMatching(message)]);
    expect(() => statSync(app.path('ncnn.d.ts'))).toThrow();
  });

  it('reports invalid usage', async () => {
    expect(await types('--alias', '@')).toMatchObject({ code: 2 });
    expect(await types('--chek')).toEqual({ code: 2, output: expect.stringContaining('did you mean --check?') });
  });
});

describe.each(['typescript-5.9', 'typescript-7'])('%s', (compiler) => {
  const tsc = (folder: string): { readonly status: number | null; readonly stdout: string } => {
    const { status, stdout } = spawnSync(process.execPath, [path.join(repository, 'node_modules', compiler, 'bin/tsc'), '-p', folder], {
      encoding: 'utf8',
    });
    return { status, stdout };
  };
  const settings = {
    compilerOptions: {
      target: 'es2022',
      lib: ['es2022'],
      module: 'esnext',
      moduleResolution: 'bundler',
      strict: true,
      noEmit: true,
      types: [],
      paths: { 'unplugin-ncnn/runtime': [path.join(repository, 'src/runtime/types.ts')] },
    },
    include: ['*.ts'],
  };
  // In place of the whole DOM, which takes seconds to parse.
  const dom = 'interface RequestInit { cache?: string }\n';

  it('uses the declarations and reports a renamed blob', async () => {
    const app = newApp({
      'main.ts': `import net, { BLOB_c1_out, BLOB_out, BlobId, inputs, loadBin } from './models/det.onnx?ncnn';
export const out: 2 = BLOB_out;
export const same: 2 = BlobId.out;
export const again: 1 = BLOB_c1_out;
export const inner: 1 = net.blobs['c1/out'];
export const shape: readonly [3, 8, 8] = inputs.data.ncnnShape;
export const bytes: Promise<Uint8Array> = loadBin();
`,
      'dom.d.ts': dom,
      'tsconfig.json': JSON.stringify(settings),
    });
    expect(await types('--root', app.folder)).toMatchObject({ code: 0 });
    expect(tsc(app.folder)).toEqual({ status: 0, stdout: '' });
    const renamed = Buffer.from(models['models/det.onnx']).toString('latin1').replaceAll('c1/out', 'c1/new');
    app.write('models/det.onnx', Buffer.from(renamed, 'latin1'));
    expect(await types('--root', app.folder, '--check')).toMatchObject({ code: 1 });
    expect(await types('--root', app.folder)).toMatchObject({ code: 0 });
    const { status, stdout } = tsc(app.folder);
    expect(status).not.toBe(0);
    expect([...stdout.matchAll(/main\.ts\((\d+),\d+\): error TS/g)].map(([, line]) => line)).toEqual(['1', '5']);
    expect(stdout).toMatch(/BLOB_c1_out[\s\S]*"c1\/out"/);
  });

  it('uses the declarations of any model', () => {
    const app = newApp({
      'main.ts': "import net, { LayerId } from './x.onnx?ncnn';\nexport const name: string = net.name;\nexport const id = LayerId.conv1;\n",
      'dom.d.ts': dom,
      'tsconfig.json': JSON.stringify({ ...settings, compilerOptions: { ...settings.compilerOptions, types: ['unplugin-ncnn/client'] } }),
    });
    mkdirSync(app.path('node_modules'));
    symlinkSync(repository, app.path('node_modules/unplugin-ncnn'), 'dir');
    expect(tsc(app.folder)).toEqual({ status: 0, stdout: '' });
  });
});
