import { expect, it, vi } from 'vitest';
import { ncnnError } from '../diagnostics/diagnostic.ts';
import type { Build } from './build.ts';
import { embeddingHost } from './hosts/embedding.ts';
import { idPlugin } from './idPlugin.ts';
import { modelPlugin } from './modelPlugin.ts';

/** A build in which every model fails to load. */
const failing = (error: unknown): Build => ({
  options: {},
  bundler: 'bun',
  host: embeddingHost(),
  resolve: async (specifier) => specifier,
  load: () => Promise.reject(error),
  warn: () => {},
  suspect: () => [],
  noteImporter: () => {},
  importerOf: () => undefined,
  watch: () => {},
});

const refusal = ncnnError('file-missing', 'the file does not exist', 'Check the path.', { file: 'net.onnx' });
const fault = new TypeError('x is undefined');

it.each([
  ['a conversion error', refusal, { message: expect.stringContaining('file-missing in net.onnx'), id: 'net.onnx' }],
  ['an internal error', fault, { message: expect.stringContaining('internal-error in /net.onnx'), id: '/net.onnx', stack: fault.stack }],
])('reports %s to the bundler and loads a module that throws', async (_, error, expected) => {
  const context = { error: vi.fn(), addWatchFile: () => {} };
  const module: unknown = await Reflect.apply(handlerOf(modelPlugin(failing(error)).load), context, ['/net.onnx?ncnn']);
  expect(context.error.mock.calls).toEqual([[expected]]);
  expect(module).toMatchObject({ code: expect.stringContaining('throw new Error("error ') });
});

it('keeps the import of a model that does not convert, but rethrows internal errors', async () => {
  const inline = (error: unknown): Promise<unknown> =>
    Reflect.apply(handlerOf(idPlugin(failing(error)).transform), {}, ["import { BLOB_x } from './net.onnx?ncnn'; f(BLOB_x)", 'a.js']);
  expect(await inline(refusal)).toBeUndefined();
  await expect(inline(fault)).rejects.toBe(fault);
});

function handlerOf(hook: unknown): () => unknown {
  return Reflect.get(Object(hook), 'handler');
}
