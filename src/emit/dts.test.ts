import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, it } from 'vitest';
import { describeModel } from './description.ts';
import { emitAmbientDeclarations, emitDeclarations, fallbackDeclarations, readAmbientDeclarations } from './dts.ts';
import { sampleArtifact } from './testing.ts';

const description = describeModel(sampleArtifact('net', 'conv */', '__proto__'));
const other = describeModel(sampleArtifact('other', 'relu'));

const ambient = emitAmbientDeclarations([
  { pattern: '*/net.onnx?ncnn', description },
  { pattern: '*/b/net.onnx?ncnn', description: other },
  { pattern: 'models/other.onnx?ncnn', description: other },
]);

const useOfFile = `
import net, { BLOB_data, LayerId, inputs, outputs } from './net.mjs';
export const one: 0 = BLOB_data;
export const two: 1 = LayerId['conv */'];
export const three: 1 = net.blobs['__proto__'];
export const shape: readonly [3, 2, 'n'] = inputs.x.ncnnShape;
export const unused: null = inputs.sr.blob;
export const samples: 4 = outputs['__proto__'].batch;
export const bytes: Promise<Uint8Array> = net.loadBin({ cache: 'force-cache' });
export const length: 7 = net.binLength;
// @ts-expect-error: the net has no such layer
LayerId.conv9;
`;

const useOfAmbient = `
import { BLOB_out } from './b/net.onnx?ncnn';
import { LayerId } from './net.onnx?ncnn';
import any, { BlobId } from './c.onnx?shape=x:1&ncnn';
import exact from 'models/other.onnx?ncnn';
export const one: 1 = BLOB_out;
export const two: 1 = LayerId['conv */'];
export const id: number | undefined = BlobId['out'];
export const name: string = any.name;
export const relu: 1 = exact.layers.relu;
`;

it('compiles with ids, names and shapes as literal types', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ncnn-types-'));
  const files = {
    'net.d.mts': emitDeclarations(description),
    'ncnn.d.ts': ambient,
    // In place of the whole DOM, which takes seconds to parse.
    'dom.d.ts': 'interface RequestInit { cache?: string }',
    'file.mts': useOfFile,
    'ambient.mts': useOfAmbient,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const program = ts.createProgram(
    Object.keys(files).map((name) => path.join(folder, name)),
    {
      strict: true,
      noEmit: true,
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      lib: ['lib.es2022.d.ts'],
      types: [],
      paths: { 'unplugin-ncnn/runtime': [fileURLToPath(new URL('../runtime/types.ts', import.meta.url))] },
    },
  );
  const errors = ts.getPreEmitDiagnostics(program);
  rmSync(folder, { recursive: true });
  expect(errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'))).toEqual([]);
});

it('puts specific patterns before general ones, because TypeScript takes the first', () => {
  const patterns = [...ambient.matchAll(/declare module (.*) \{/g)].map((match) => match[1]);
  expect(patterns).toEqual(['"models/other.onnx?ncnn"', '"*/b/net.onnx?ncnn"', '"*/net.onnx?ncnn"', "'*?ncnn'", "'*&ncnn'"]);
});

it('keeps declarations of other models unchanged', () => {
  const first = emitAmbientDeclarations([{ pattern: '*/net.onnx?ncnn', description }]);
  const second = emitAmbientDeclarations([{ pattern: '*/other.onnx?ncnn', description: other }], readAmbientDeclarations(first));
  expect(emitAmbientDeclarations([{ pattern: '*/net.onnx?ncnn', description }], readAmbientDeclarations(second))).toBe(second);
  expect(second.match(/^declare module/gm)).toHaveLength(4);
});

it('reads back patterns with any characters and unknown models', () => {
  const modules = ['a"b\\</script>.onnx?ncnn', '*/\u2028.onnx?ncnn'].map((pattern) => ({ pattern, description: undefined }));
  const text = emitAmbientDeclarations([...modules, { pattern: '*/net.onnx?ncnn', description }]);
  const blocks = readAmbientDeclarations(text);
  expect([...blocks.keys()].sort()).toEqual([...modules.map(({ pattern }) => pattern), '*/net.onnx?ncnn'].sort());
  expect(emitAmbientDeclarations([], blocks)).toBe(text);
});

it('matches the declarations of `unplugin-ncnn/client`', () => {
  expect(readFileSync(new URL('../../client.d.ts', import.meta.url), 'utf8')).toContain(fallbackDeclarations());
});
