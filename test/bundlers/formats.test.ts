/** Models of formats other than ONNX, imported in real builds: both files of a model are found, converted and loaded. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { rollup } from 'rollup';
import { createServer, build as viteBuild } from 'vite';
import { afterEach, describe, expect, it } from 'vitest';
import webpack from 'webpack';
import ncnnRollup from '../../src/bundlers/rollup.ts';
import ncnnVite from '../../src/bundlers/vite.ts';
import ncnnWebpack from '../../src/bundlers/webpack.ts';
import { blob, bytes, message, text } from '../../src/importers/caffe/testing.ts';
import { convolutionSymbol, convolutionWeights, paramsFile, symbolFile } from '../../src/importers/mxnet/testing.ts';
import { newProject, type Project } from './project.ts';

let project: Project | undefined;
afterEach(() => project?.remove());

const kernel = Array.from({ length: 18 }, (_, index) => index / 16);
const files = {
  'net.prototxt': `
    layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 2 dim: 8 dim: 8 } } }
    layer { name: "conv" type: "Convolution" bottom: "data" top: "conv" convolution_param { num_output: 1 kernel_size: 3 } }
    layer { name: "prob" type: "Sigmoid" bottom: "conv" top: "prob" }`,
  'net.caffemodel': bytes(message(100, text(1, 'conv'), blob(7, [1, 2, 3, 3], kernel), blob(7, [1], [5]))),
  'main.js': "import net, { loadBin } from './net.caffemodel?ncnn&inline';\nexport { net };\nexport const bin = await loadBin();",
};
const expected = {
  name: 'net',
  inputs: { data: { shape: [1, 2, 8, 8], ncnnShape: [2, 8, 8] } },
  outputs: { prob: { shape: [1, 1, 6, 6] } },
};

async function runOf(file: string): Promise<Record<string, unknown>> {
  return await import(/* @vite-ignore */ pathToFileURL(file).href);
}

it("imports ncnn's own files", async () => {
  const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/embed/residual_block.${name}`, import.meta.url));
  const code = "import net from './net.param?ncnn&inline';\nexport { net };";
  project = newProject({ 'net.param': fixture('param'), 'net.bin': fixture('bin'), 'main.js': code });
  const bundle = await rollup({ input: project.path('main.js'), plugins: [ncnnRollup()] });
  await bundle.write({ dir: project.path('dist') });
  const { net } = await runOf(project.path('dist/main.js'));
  expect(net).toMatchObject({ inputs: { b1: { ncnnShape: [6, 10, 10] } }, outputs: { b14: { ncnnShape: [6] } } });
});

const checkpoint = (name: string): Readonly<Record<string, string | Uint8Array>> => ({
  'net-symbol.json': symbolFile(convolutionSymbol),
  'net-0003.params': paramsFile(convolutionWeights),
  'main.js': `import net, { loadBin } from './${name}?ncnn';\nexport { net };\nexport const bin = await loadBin();`,
});
const found = { name: 'net', inputs: { data: { shape: [1, 2, 8, 8] } }, outputs: { conv_output: { shape: [1, 1, 6, 6] } } };
const mxnet = { result: found, watched: ['net-symbol.json', 'net-0003.params'] };

describe.each([
  { model: 'a Caffe model', sources: files, result: expected, watched: ['net.caffemodel', 'net.prototxt'] },
  { model: 'an MXNet model, by its net-symbol.json,', sources: checkpoint('net-symbol.json'), ...mxnet },
  { model: 'an MXNet model, by its net-0003.params,', sources: checkpoint('net-0003.params'), ...mxnet },
])('$model', ({ sources, result, watched }) => {
  it('is imported with Rollup, which watches both files', async () => {
    const created = newProject(sources);
    project = created;
    const bundle = await rollup({ input: created.path('main.js'), plugins: [ncnnRollup()] });
    await bundle.write({ dir: project.path('dist') });
    const { net, bin } = await runOf(project.path('dist/main.js'));
    expect(net).toMatchObject(result);
    // A flag, 18 values of the kernel and one of the bias.
    expect(bin).toHaveLength(4 + 4 * 19);
    expect(bundle.watchFiles).toEqual(expect.arrayContaining(watched.map((name) => created.path(name))));
  });

  it('is imported with Vite', async () => {
    project = newProject(sources);
    await viteBuild({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [ncnnVite()],
      build: { target: 'esnext', lib: { entry: project.path('main.js'), formats: ['es'], fileName: 'main' } },
    });
    expect((await runOf(project.path('dist/main.js'))).net).toMatchObject(result);
  });
});

describe.each(['net-symbol.json', 'net-0003.params'])('an MXNet model, by its %s,', (name) => {
  it('is imported with webpack, which does not parse its .json as JavaScript', async () => {
    project = newProject(checkpoint(name));
    const compiler = webpack({
      mode: 'production',
      target: 'node',
      context: project.folder,
      entry: './main.js',
      experiments: { outputModule: true },
      output: { path: project.path('dist'), filename: 'main.mjs', library: { type: 'module' } },
      plugins: [ncnnWebpack()],
    });
    const errors = await new Promise((settle, fail) => {
      compiler?.run((error, stats) => (error ? fail(error) : settle(stats?.toJson().errors)));
    });
    expect(errors).toEqual([]);
    expect((await runOf(project.path('dist/main.mjs'))).net).toMatchObject(found);
  });

  it('is imported with the server of Vite', async () => {
    project = newProject(checkpoint(name));
    const server = await createServer({
      root: project.folder,
      configFile: false,
      logLevel: 'silent',
      plugins: [ncnnVite()],
      server: { middlewareMode: true },
    });
    try {
      expect((await server.ssrLoadModule('/main.js')).net).toMatchObject(found);
    } finally {
      await server.close();
    }
  });
});
