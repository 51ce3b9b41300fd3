/** Checks that sessions free their memory, and that the memory of ncnn can grow during a session. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { explained, Failure } from '../../src/runtime/failure.ts';
import { instantiate, type Ncnn } from '../../src/runtime/wasm/ncnn.ts';
import { loadNet } from '../../src/runtime/wasm/net.ts';
import { convertedModel, wasmFile } from './models.ts';

const [sessions, runs] = [1000, 10_000];

async function newNcnn(): Promise<Ncnn> {
  return await instantiate(await WebAssembly.compile(new Uint8Array(readFileSync(wasmFile ?? ''))));
}

describe.skipIf(wasmFile === undefined)('memory of ncnn', () => {
  const shape = [16, 96];
  const feed = { blobId: 0, shape, data: new Float32Array(16 * 96).fill(0.1) };

  it(`does not grow over ${sessions} sessions and ${runs} runs`, async () => {
    const ncnn = await newNcnn();
    const { model } = await convertedModel('wake word');
    const bin = await model.loadBin();
    const outputs = Object.values(model.outputs).map(({ blobId }) => blobId ?? -1);
    const inputId = Object.values(model.inputs)[0]?.blobId ?? 0;
    const once = async (times: number): Promise<void> => {
      const net = loadNet(ncnn, model, bin);
      for (let run = 0; run < times; run++) await net.run([{ ...feed, blobId: inputId }], outputs);
      net.dispose();
    };
    for (let warmUp = 0; warmUp < 3; warmUp++) await once(10);
    const before = ncnn.memory().byteLength;
    for (let session = 0; session < sessions; session++) await once(1);
    await once(runs);
    expect(ncnn.memory().byteLength).toBe(before);
  });

  it('may grow between runs', async () => {
    const ncnn = await newNcnn();
    const { model } = await convertedModel('wake word');
    const net = loadNet(ncnn, model, await model.loadBin());
    const outputs = Object.values(model.outputs).map(({ blobId }) => blobId ?? -1);
    const run = async (): Promise<Float32Array | undefined> => (await net.run([feed], outputs))[0]?.data;
    const first = await run();
    const before = ncnn.memory().byteLength;
    const address = ncnn.allocate(64 << 20);
    expect(ncnn.memory().byteLength).toBeGreaterThan(before);
    expect(await run()).toEqual(first);
    ncnn.free(address);
    net.dispose();
  });

  it('reports exhausted memory and lets the session be disposed', async () => {
    const ncnn = await newNcnn();
    const { model } = await convertedModel('wake word');
    const net = loadNet(ncnn, model, await model.loadBin());
    const addresses: number[] = [];
    for (let size = 1 << 30; size >= 1 << 20; ) {
      try {
        addresses.push(ncnn.allocate(size));
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        size >>= 1;
      }
    }
    const running = explained(async () => net.run([{ ...feed, shape: [4096, 4096], data: new Float32Array(4096 * 4096) }], [0]));
    await expect(running).rejects.toMatchObject({
      code: 'memory',
      message: expect.stringMatching(/is out of memory for input \[4096,4096\]/),
    });
    for (const address of addresses) ncnn.free(address);
    net.dispose();
  });
});
