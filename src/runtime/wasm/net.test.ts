import { expect, it } from 'vitest';
import { sessionOn } from '../session/createSession.ts';
import type { NcnnModel, NcnnTensor } from '../types.ts';
import { ncnnOf } from './ncnn.ts';
import { loadNet } from './net.ts';

const x: NcnnTensor = { name: 'x', blob: 'x', blobId: 0, dtype: 'float32', shape: [2], ncnnShape: [2], feed: 'float32' };
const model: NcnnModel = {
  name: 'net',
  param: new Uint8Array(12),
  loadBin: async () => new Uint8Array(8),
  binLength: 8,
  inputs: { x },
  outputs: { y: { ...x, name: 'y', blobId: 1 } },
  layers: {},
  blobs: {},
  hash: '',
  minNcnnVersion: '20170724',
};

/** An ncnn that loads the model and fails as `functions` say. */
function failing(functions: Readonly<Record<string, () => number>>) {
  const zero = new Proxy<Record<string, unknown>>(
    {
      memory: new WebAssembly.Memory({ initial: 1 }),
      malloc: () => 64,
      ncnn_version_number: () => 20261020,
      ncnn_net_load_param_bin_memory: () => 12,
      ncnn_net_load_model_memory: () => 8,
      ncnn_mat_get_data: () => 1024,
      ncnn_mat_get_channel_data: () => 1024,
      ncnn_mat_get_c: () => 1,
      ...functions,
    },
    { get: (known, name: string) => known[name] ?? (/^ncnn_|^free$/.test(name) ? () => 0 : undefined) },
  );
  return sessionOn(model, loadNet(ncnnOf(zero), model, new Uint8Array(8)));
}

const run = { x: new Float32Array(2) };

it('reports a crash in each run, and can be disposed of', async () => {
  const session = failing({
    ncnn_extractor_extract_index: () => {
      throw new WebAssembly.RuntimeError('unreachable');
    },
  });
  const expected = {
    name: 'SessionError',
    code: 'crash',
    message: expect.stringMatching(/extractor_extract_index: RuntimeError: unreachable/),
  };
  await expect(session.run(run)).rejects.toMatchObject(expected);
  await expect(session.run(run)).rejects.toMatchObject(expected);
  session.dispose();
  await expect(session.run(run)).rejects.toMatchObject({ code: 'disposed' });
});

it.each<[string, () => number, string, RegExp]>([
  ['exhausted memory', () => -100, 'memory', /out of memory for blob 1/],
  ['a layer that fails', () => -1, 'layer', /ncnn returned -1 for blob 1\. Check the shapes/],
])('reports %s', async (_, extract, code, message) => {
  const session = failing({ ncnn_extractor_extract_index: extract });
  await expect(session.run(run)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

it('reports an input for which there is no memory', async () => {
  const session = failing({ ncnn_mat_get_data: () => 0 });
  await expect(session.run(run)).rejects.toMatchObject({ code: 'memory', message: expect.stringContaining('input [2]') });
});

it('names a function that a build does not export', () => {
  expect(() => loadNet(ncnnOf({}), model, new Uint8Array(8))).toThrow('wasm-function');
});
