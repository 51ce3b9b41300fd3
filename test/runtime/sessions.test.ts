/** Sessions of real models: compares the interpreter with the reference executor, and ncnn.wasm with the interpreter. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createSession as interpret } from '../../src/interpreter/index.ts';
import { execute } from '../../src/net/execute.ts';
import { createSession, type NcnnModel } from '../../src/runtime/index.ts';
import { convertedModel, difference, inputsOf, models, wasmFile } from './models.ts';

const wasm = wasmFile === undefined ? undefined : new WebAssembly.Module(readFileSync(wasmFile));

describe.each(Object.entries(models))('%s', (name, { free = 1 }) => {
  it('gives the interpreter the result of the net', async () => {
    const { conversion, model } = await convertedModel(name);
    const inputs = inputsOf(model, free);
    using session = await interpret(model);
    const results = await session.run(inputs as Parameters<typeof session.run>[0]);
    const { net, inputs: bindings, outputs } = conversion.artifact.model;
    const feeds = bindings.flatMap(({ name: input, blob, blobShape }) => {
      const feed = inputs[input];
      const shape = blobShape.map((size) => (typeof size === 'number' ? size : free));
      const length = shape.reduce((product, size) => product * size, 1);
      return blob === null || feed === undefined ? [] : [[blob, { shape, values: feed.data.subarray(0, length) }] as const];
    });
    const blobs = execute(net, new Map(feeds));
    for (const { name: output, blob } of outputs) {
      const expected = blobs.get(blob ?? '')?.values ?? new Float32Array();
      const { data = new Float32Array(), shape = [] } = results[output] ?? {};
      expect(data.subarray(0, expected.length)).toEqual(expected);
      expect(shape.reduce((product, size) => product * size, 1)).toBe(data.length);
    }
  });

  it.skipIf(wasm === undefined)('gives the same result in ncnn.wasm', async () => {
    const { model } = await convertedModel(name);
    const inputs = inputsOf(model, free) as Record<string, { data: Float32Array; shape: readonly number[] }>;
    using ours = await interpret(model);
    using session = await createSession(model, wasm === undefined ? {} : { wasm });
    const expected = await ours.run(inputs);
    const actual = await session.run(inputs);
    expect(Object.keys(actual)).toEqual(Object.keys(model.outputs));
    for (const [output, { data, shape }] of Object.entries(actual)) {
      expect(shape).toEqual(expected[output]?.shape);
      expect(difference(data, expected[output]?.data ?? [])).toBeLessThan(1e-3);
    }
  });
});

it('interprets weights in half precision', async () => {
  const { model } = await convertedModel('wake word', { precision: 'fp16' });
  const { model: whole } = await convertedModel('wake word');
  const inputs = inputsOf(model) as Record<string, { data: Float32Array; shape: readonly number[] }>;
  const [half, full] = await Promise.all([interpret(model), interpret(whole)]);
  const name = Object.keys(model.outputs)[0] ?? '';
  const results = await Promise.all([half.run(inputs), full.run(inputs)]);
  const [actual = [], expected = []] = results.map((result) => result[name]?.data);
  expect(difference(actual, expected)).toBeLessThan(2e-2);
});

describe.skipIf(wasm === undefined)('ncnn.wasm', () => {
  const load = async (changes: Partial<NcnnModel> = {}): Promise<NcnnModel> => ({
    ...(await convertedModel('wake word')).model,
    ...changes,
  });
  const options = wasm === undefined ? {} : { wasm };

  it('rejects a runtime that is too old', async () => {
    await expect(createSession(await load({ minNcnnVersion: '29990101' }), options)).rejects.toMatchObject({
      code: 'support',
      message: expect.stringMatching(/needs ncnn 29990101 or later, the wasm is 20261020/),
    });
  });

  it('names a layer that the runtime does not have', async () => {
    const { param, ...model } = await load();
    const damaged = param.slice();
    // The type of the second layer.
    new DataView(damaged.buffer).setInt32(4 * (3 + 4 + 4 + 1), 200, true);
    await expect(createSession({ ...model, param: damaged, hash: 'other' }, options)).rejects.toMatchObject({
      code: 'support',
      message: expect.stringMatching(/does not have the type of layer ".+" \(type 200\)/),
    });
  });

  it('needs weights of the right length', async () => {
    const model = await load({ loadBin: async () => new Uint8Array(8) });
    await expect(createSession({ ...model, hash: 'short' }, options)).rejects.toMatchObject({
      code: 'weights',
      message: expect.stringContaining('8 bytes'),
    });
  });

  it('does not load after an abort', async () => {
    const reason = new Error('left');
    await expect(createSession(await load(), { ...options, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('shares the weights of sessions of one model until the last is disposed', async () => {
    const model = await load({ hash: 'shared' });
    let loads = 0;
    const loadBin = async (): Promise<Uint8Array> => {
      loads++;
      return await model.loadBin();
    };
    const counted = { ...model, loadBin };
    const sessions = await Promise.all([createSession(counted, options), createSession(counted, options)]);
    expect(loads).toBe(1);
    const inputs = inputsOf(model) as Record<string, { data: Float32Array; shape: readonly number[] }>;
    sessions[0]?.dispose();
    await sessions[0]?.run(inputs).catch(() => {});
    await expect(sessions[1]?.run(inputs)).resolves.toBeDefined();
    sessions[1]?.dispose();
  });

  it('rejects WebAssembly other than ncnn', async () => {
    const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
    await expect(createSession(await load(), { wasm: empty })).rejects.toMatchObject({
      code: 'wasm',
      message: expect.stringContaining('not ncnn'),
    });
    // An import of a function "f" of the module "a", as in the wasm of an Emscripten build.
    const importing = Uint8Array.of(...empty, 1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x61, 1, 0x66, 0, 0);
    await expect(createSession(await load(), { wasm: importing })).rejects.toMatchObject({
      code: 'wasm',
      message: expect.stringMatching(/not ncnn: TypeError.*the module of an Emscripten build/),
    });
    await expect(createSession(await load(), { wasm: Uint8Array.of(60, 33) })).rejects.toMatchObject({ code: 'wasm' });
  });
});
