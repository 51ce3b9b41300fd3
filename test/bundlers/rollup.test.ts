/** Real builds with Rollup. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type RollupBuild, type RollupLog, rollup } from 'rollup';
import { afterEach, expect, it } from 'vitest';
import ncnn from '../../src/bundlers/rollup.ts';
import type { Options } from '../../src/index.ts';
import { convolutions, newProject, type Project, unsupported } from './project.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

interface Built {
  readonly code: string;
  readonly files: readonly string[];
  readonly warnings: readonly RollupLog[];
  readonly run: () => Promise<Record<string, unknown>>;
  readonly build: RollupBuild;
}

async function build(code: string, options: Options = {}, files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<Built> {
  project?.remove();
  project = newProject({ 'net.onnx': convolutions(), 'main.js': code, ...files });
  const { path: at } = project;
  const warnings: RollupLog[] = [];
  const bundle = await rollup({ input: at('main.js'), plugins: [ncnn(options)], onwarn: (warning) => warnings.push(warning) });
  await bundle.write({ dir: at('dist'), sourcemap: true });
  return {
    code: readFileSync(at('dist/main.js'), 'utf8'),
    files: readdirSync(at('dist'), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.bin')),
    warnings,
    run: async () => await import(/* @vite-ignore */ pathToFileURL(at('dist/main.js')).href),
    build: bundle,
  };
}

it('emits the weights as an asset and loads them', async () => {
  const { files, run, warnings } = await build(
    "import net, { loadBin } from './net.onnx?ncnn';\nexport { net };\nexport const bin = await loadBin();",
  );
  expect(files).toEqual([expect.stringMatching(/^assets\/net-[\w-]+\.bin$/)]);
  const { net, bin } = await run();
  expect(net).toMatchObject({ name: 'net', layers: { conv1: 1, conv2: 2 }, blobs: { data: 0, 'c1/out': 1, out: 2 } });
  expect(bin).toEqual(new Uint8Array(readFileSync(path.join(project?.folder ?? '', 'dist', files[0] ?? ''))));
  expect(warnings).toEqual([]);
});

it.each([
  ["import { loadBin } from './net.onnx?ncnn&inline'; export const bin = await loadBin();", {}],
  ["import { loadBin } from './net.onnx?ncnn'; export const bin = await loadBin();", { inlineLimit: 1e6 }],
  ["import { loadBin } from './net.onnx?ncnn'; export const bin = await loadBin();", { models: { '**/net.onnx': { inline: true } } }],
])('embeds the weights on request: %s %j', async (code, options) => {
  const { files, run } = await build(code, options);
  expect(files).toEqual([]);
  expect((await run()).bin).toHaveLength(10_952);
});

it('omits all bytes if only ids are imported', async () => {
  const { code } = await build("import { BLOB_data, BlobId } from './net.onnx?ncnn';\nexport const a = [BLOB_data, BlobId['c1/out']];");
  expect(code.split('\n//#')[0]).toBe('const a = [0, 1];\n\nexport { a };');
  const imported = await build("import { BLOB_data } from './net.onnx?ncnn';\nexport { BLOB_data };", { inlineIds: false });
  expect(imported.code).not.toMatch(/atob|BLOB_out|LayerId/);
});

it('inlines ids and maps to the source', async () => {
  const { code } = await build("import { LayerId } from './net.onnx?ncnn';\n\nexport const layer = LayerId.conv2;");
  expect(code).toMatch(/const layer = 2;/);
  expect(code).not.toMatch(/conv1/);
  const map = JSON.parse(readFileSync(project?.path('dist/main.js.map') ?? '', 'utf8'));
  expect(map.sources).toContain('../main.js');
  expect(map.sourcesContent[map.sources.indexOf('../main.js')]).toContain('LayerId.conv2');
});

it('converts by the query and the options', async () => {
  const code = "import { outputs, LayerId } from './net.onnx?ncnn&output=c1/out'; export { outputs, LayerId };";
  const { run } = await build(code, { models: { '**/*.onnx': { precision: 'fp32' } } });
  expect(await run()).toMatchObject({ outputs: { 'c1/out': { ncnnShape: [16, 6, 6] } }, LayerId: { conv1: 1 } });
});

it('finds models in packages, including those that are not exported', async () => {
  const { run } = await build(
    "import { BlobId } from 'models/a/net.onnx?ncnn'; export { BlobId };",
    {},
    {
      'node_modules/models/package.json': '{ "name": "models", "exports": { ".": "./index.js" } }',
      'node_modules/models/a/net.onnx': convolutions(2),
    },
  );
  expect(await run()).toMatchObject({ BlobId: { data: 0 } });
});

it.each([
  ["import './gone.onnx?ncnn';", /error file-missing in \.cache.*gone\.onnx: the file does not exist/],
  ["import './net.onnx?ncnn&shpe=x:1';", /Did you mean `shape`\?/],
  ["import './net.onnx?ncnn&shape=dat:1,3,8,8';", /Did you mean "data"\?/],
  ["import './bad.onnx?ncnn';", /NoSuchOperator/],
])('fails the build with the reason: %s', async (code, message) => {
  await expect(build(code, {}, { 'bad.onnx': unsupported() })).rejects.toThrow(message);
});

it('watches the model', async () => {
  const { build: bundle } = await build("import { BLOB_data } from './net.onnx?ncnn'; export { BLOB_data };");
  expect(bundle.watchFiles).toContain(project?.path('net.onnx'));
});

it('embeds the weights for a server of Nitro, which replaces import.meta early', async () => {
  project?.remove();
  project = newProject({ 'net.onnx': convolutions(), 'main.js': "export { loadBin, default } from './net.onnx?ncnn';\n" });
  const nitro = { name: 'nitro:handlers-meta', transform: (code: string) => code.replaceAll('import.meta', 'globalThis._importMeta_') };
  const bundle = await rollup({ input: project.path('main.js'), plugins: [ncnn(), nitro] });
  await bundle.write({ dir: project.path('dist') });
  const { loadBin, default: net } = await import(/* @vite-ignore */ pathToFileURL(project.path('dist/main.js')).href);
  expect(await loadBin()).toHaveLength(10_952);
  expect(net.binUrl).toBeUndefined();
});
