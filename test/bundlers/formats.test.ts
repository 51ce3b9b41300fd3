/** Models of other formats than ONNX, imported in real builds: their two files are found, converted and loaded alike. */
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { rollup } from 'rollup';
import { build as viteBuild } from 'vite';
import { afterEach, expect, it } from 'vitest';
import ncnnRollup from '../../src/bundlers/rollup.ts';
import ncnnVite from '../../src/bundlers/vite.ts';
import { blob, bytes, message, text } from '../../src/importers/caffe/testing.ts';
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

it('imports a Caffe model with Rollup, and watches both files', async () => {
  project = newProject(files);
  const bundle = await rollup({ input: project.path('main.js'), plugins: [ncnnRollup()] });
  await bundle.write({ dir: project.path('dist') });
  const { net, bin } = await runOf(project.path('dist/main.js'));
  expect(net).toMatchObject(expected);
  // A flag, 18 values of the kernel and one of the bias.
  expect(bin).toHaveLength(4 + 4 * 19);
  expect(bundle.watchFiles).toEqual(expect.arrayContaining([project.path('net.caffemodel'), project.path('net.prototxt')]));
});

it('imports a Caffe model with Vite', async () => {
  project = newProject(files);
  await viteBuild({
    root: project.folder,
    configFile: false,
    logLevel: 'silent',
    plugins: [ncnnVite()],
    build: { target: 'esnext', lib: { entry: project.path('main.js'), formats: ['es'], fileName: 'main' } },
  });
  expect((await runOf(project.path('dist/main.js'))).net).toMatchObject(expected);
});

it("imports ncnn's own files", async () => {
  const fixture = (name: string): Buffer => readFileSync(new URL(`../fixtures/embed/residual_block.${name}`, import.meta.url));
  const code = "import net from './net.param?ncnn&inline';\nexport { net };";
  project = newProject({ 'net.param': fixture('param'), 'net.bin': fixture('bin'), 'main.js': code });
  const bundle = await rollup({ input: project.path('main.js'), plugins: [ncnnRollup()] });
  await bundle.write({ dir: project.path('dist') });
  const { net } = await runOf(project.path('dist/main.js'));
  expect(net).toMatchObject({ inputs: { b1: { ncnnShape: [6, 10, 10] } }, outputs: { b14: { ncnnShape: [6] } } });
});
