/** The app that every bundler builds: models in all the places where users keep them, and code that reports what it imported. */
import { createHash } from 'node:crypto';
import { readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { convert } from '../../../src/api.ts';
import { describeModel } from '../../../src/emit/description.ts';
import type { ConvertOptions } from '../../../src/options/convertOptions.ts';
import { convolutions, newProject, type Project, repository } from '../project.ts';
import { installed } from './package.ts';

/** The app's report about a model, in any runtime. */
export interface ModelReport {
  readonly name: string;
  readonly layers: Readonly<Record<string, number>>;
  readonly blobs: Readonly<Record<string, number>>;
  readonly hash: string;
  readonly param: string;
  readonly binLength: number;
  readonly bin: string;
}

/** Reports models to a page's console and to the output of Node. */
const reportScript = `const hex = async (bytes) =>
  Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export async function describe({ default: net, loadBin }) {
  const bytes = await loadBin();
  if (bytes.length !== net.binLength) throw new Error('The length is wrong.');
  const { name, layers, blobs, hash, binLength } = net;
  return { name, layers, blobs, hash, param: await hex(net.param), binLength, bin: await hex(bytes) };
}

export function report(value) {
  console.log('REPORT ' + JSON.stringify(value));
}
`;

const fixture = (name: string): Buffer => readFileSync(path.join(repository, 'test/fixtures', name));

/** The app's models, by what is special about their place. */
export const models = {
  plain: 'models/det.onnx',
  nested: 'models/nested/deep/det.onnx',
  side: 'models/side/external.onnx',
  sideData: 'models/side/external.onnx.data',
  workspace: 'packages/shared/rec.onnx',
  installed: 'node_modules/some-models/files/cls.onnx',
  exported: 'models/program.pt2',
  traced: 'models/module.pt',
  odd: 'models/C#/50%23 done/det.onnx',
  question: 'models/done?/det.onnx',
  link: 'models/latest.onnx',
} as const;

export function newApp(files: Readonly<Record<string, string>>): Project {
  const app = newProject({
    'report.js': reportScript,
    [models.plain]: convolutions(16, 0.5),
    [models.nested]: convolutions(16, 0.25),
    [models.side]: fixture('onnx/external.onnx'),
    [models.sideData]: fixture('onnx/external.onnx.data'),
    'packages/shared/package.json': '{ "name": "@app/shared", "type": "module", "exports": { "./rec.onnx": "./rec.onnx" } }',
    [models.workspace]: convolutions(16, 0.125),
    'node_modules/some-models/package.json': '{ "name": "some-models", "exports": { ".": "./index.js" } }',
    [models.installed]: convolutions(16, 0.0625),
    [models.exported]: fixture('pytorch/classifier.pt2'),
    [models.traced]: fixture('torchscript/classifier-traced.pt'),
    [models.odd]: convolutions(16, 0.375),
    [models.question]: convolutions(16, 0.625),
    'versions/det-3': convolutions(16, 0.75),
    'node_modules/@app/.keep': '',
    ...files,
  });
  symlinkSync('../../packages/shared', app.path('node_modules/@app/shared'), 'dir');
  symlinkSync('../versions/det-3', app.path(models.link));
  symlinkSync(installed, app.path('node_modules/unplugin-ncnn'), 'dir');
  return app;
}

/** The expected report about a model: the converter's own result, without a bundler. */
export async function expectedOf(app: Project, model: string, options: ConvertOptions = {}): Promise<ModelReport> {
  const { artifact } = await convert(app.path(model), options);
  const { name, layers, blobs, hash } = describeModel(artifact);
  return {
    name,
    layers: Object.fromEntries(layers.map((layer) => [layer.name, layer.id])),
    blobs: Object.fromEntries(blobs.map((blob) => [blob.name, blob.id])),
    hash,
    param: sha256([artifact.paramBin]),
    binLength: artifact.binLength,
    bin: sha256([...artifact.bin()]),
  };
}

function sha256(chunks: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}
