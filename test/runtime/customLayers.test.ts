/** Layers computed by JavaScript inside of ncnn. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { convert } from '../../src/api.ts';
import { createSession, customLayers, type LayerFunction, type NcnnModel } from '../../src/runtime/index.ts';
import { instantiate } from '../../src/runtime/wasm/ncnn.ts';
import { loadNet } from '../../src/runtime/wasm/net.ts';
import { modelOf, wasmFile } from './models.ts';

const param = `7767517
5 6
Input            data    0 1 data 0=4 1=3 2=5
Scaled           scaled  1 1 data a 0=3.5 1=2
Halves           halves  1 2 a b c
Scaled           again   1 1 c d 0=-1.0
BinaryOp         sum     2 1 b d out 0=0
`;

const scaled: LayerFunction = (params) => {
  const [factor, offset] = [params.float(0), params.int(1, 7)];
  return ([{ shape, data } = { shape: [], data: new Float32Array() }]) => [{ shape, data: data.map((value) => value * factor + offset) }];
};

/** The first and the last channels; with an odd number, the middle one is in both. */
const halves: LayerFunction =
  () =>
  ([
    {
      shape: [channels = 0, ...sizes],
      data,
    } = { shape: [], data: new Float32Array() },
  ]) => {
    const count = Math.ceil(channels / 2);
    const plane = data.length / channels;
    return [data.slice(0, count * plane), data.slice((channels - count) * plane)].map((part) => ({ shape: [count, ...sizes], data: part }));
  };

const data = Float32Array.from({ length: 60 }, (_, index) => index / 8);

describe.skipIf(wasmFile === undefined)('custom layers', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'custom-'));
  const wasm = wasmFile === undefined ? new Uint8Array() : new Uint8Array(readFileSync(wasmFile));
  let model: NcnnModel;
  beforeAll(async () => {
    writeFileSync(path.join(folder, 'net.param'), param);
    writeFileSync(path.join(folder, 'net.bin'), '');
    model = modelOf(await convert(path.join(folder, 'net.param'), { customLayers: ['Scaled', 'Halves'] }));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('use their parameters and support several blobs', async () => {
    using session = await createSession(model, { wasm, customLayers: customLayers([scaled, halves]) });
    const { out } = await session.run({ data });
    const a = data.map((value) => value * 3.5 + 2);
    // Three of five channels each; the second half times -1 plus 7, the default of parameter 1.
    const expected = Float32Array.from({ length: 36 }, (_, index) => (a[index] ?? 0) + (7 - (a[index + 24] ?? 0)));
    expect(out?.shape).toEqual([3, 3, 4]);
    expect(out?.data).toEqual(expected);
  });

  it('are required by a net that uses them', async () => {
    await expect(createSession(model, { wasm })).rejects.toMatchObject({
      code: 'support',
      message: expect.stringMatching(/does not have the type of layer "scaled" \(type 256\).*customLayers/),
    });
  });

  it.each<[string, LayerFunction, RegExp]>([
    [
      'throws',
      () => {
        throw new TypeError('no such table');
      },
      /net|support|no such table/,
    ],
    ['returns too few blobs', () => () => [], /custom layer 1 failed: RangeError: it returned 0 blobs, expected 2/],
    [
      'returns too few values',
      () => () => [1, 2].map(() => ({ shape: [3], data: new Float32Array(2) })),
      /it returned a blob of \[3\] with 2 values/,
    ],
    [
      'throws in a run',
      () => () => {
        throw new TypeError('no luck');
      },
      /custom layer 1 failed: TypeError: no luck/,
    ],
  ])('that %s end the run, but not the instance', async (_, broken, message) => {
    const failing = (async () => {
      using session = await createSession(model, { wasm, customLayers: customLayers([scaled, broken]) });
      return await session.run({ data });
    })();
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.not.toMatchObject({ code: 'crash' });
    using session = await createSession(model, { wasm, customLayers: customLayers([scaled, halves]) });
    await expect(session.run({ data })).resolves.toBeDefined();
  });

  it('do not leak memory', async () => {
    const ncnn = await instantiate(await WebAssembly.compile(wasm));
    const layers = customLayers([scaled, halves]);
    const once = async (): Promise<void> => {
      const net = loadNet(ncnn, model, new Uint8Array(), 1, layers);
      const blobId = model.inputs.data?.blobId ?? 0;
      await net.run([{ blobId, shape: [5, 3, 4], data }], [model.outputs.out?.blobId ?? 0]);
      net.dispose();
    };
    await once();
    const before = [ncnn.memory().byteLength, ncnn.instance.__indirect_function_table?.length];
    for (let session = 0; session < 2000; session++) await once();
    expect([ncnn.memory().byteLength, ncnn.instance.__indirect_function_table?.length]).toEqual(before);
  });
});
