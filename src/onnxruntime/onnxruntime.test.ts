import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';
import { verify } from '../api.ts';
import { Tensor } from '../graph/ir/tensor.ts';
import * as wire from '../importers/onnx/testing.ts';
import { openOnnxRuntime } from './onnxruntime.ts';

const average = 'test/fixtures/onnx/opset7_average_pool.onnx';

it('computes the model with onnxruntime', { timeout: 60_000 }, async () => {
  const { verification } = await verify(average, { against: 'onnxruntime' });
  expect(verification).toMatchObject({ ok: true });
  // Comparing a computation with itself would compare nothing.
  expect(verification.outputs[0]?.elements).toBeGreaterThan(3);
});

it('computes inner tensors and passes on errors of onnxruntime', { timeout: 60_000 }, async () => {
  const input = wire.encodedMessage(
    11,
    wire.encodedText(1, 'x'),
    wire.encodedMessage(
      2,
      wire.encodedMessage(1, wire.encodedInteger(1, 1), wire.encodedMessage(2, wire.encodedMessage(1, wire.encodedInteger(1, 2)))),
    ),
  );
  const model = (...nodes: readonly wire.Wire[]): Uint8Array =>
    wire.encodeModel(
      wire.encodedInteger(1, 8),
      wire.encodedMessage(7, ...nodes, wire.encodedText(2, 'g'), input),
      wire.encodedMessage(8, wire.encodedText(1, ''), wire.encodedInteger(2, 17)),
    );
  const good = model(wire.node('Neg', ['x'], ['inner']), wire.node('Exp', ['inner'], ['y']));
  const compute = await openOnnxRuntime({ file: 'good.onnx', bytes: good, sideFiles: new Map() });
  const feeds = new Map([['x', Tensor.float32([1, -2])]]);
  const results = await compute(feeds, ['inner', 'y']);
  expect([...(results.get('inner') ?? [])]).toEqual([-1, 2]);
  expect([...(results.get('y') ?? [])].map((value) => Math.round(value * 1000))).toEqual([368, 7389]);

  const bad = await openOnnxRuntime({ file: 'bad.onnx', bytes: model(wire.node('Nonsense', ['x'], ['y'])), sideFiles: new Map() });
  await expect(bad(feeds, ['y'])).rejects.toThrow('onnxruntime does not run the model');
});

it('supports ONNX models only', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'against-'));
  try {
    const file = path.join(folder, 'net.param');
    writeFileSync(file, readFileSync('test/fixtures/optimize/beyond/swish.param'));
    await expect(verify(file, { against: 'onnxruntime' })).rejects.toThrow('only an ONNX model');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('names the package to install, or says that the installed one is broken', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'onnxruntime-'));
  const model = { file: 'net.onnx', bytes: readFileSync(average), sideFiles: new Map() };
  const open = (): Promise<unknown> => openOnnxRuntime(model, [path.join(folder, 'index.js')]).catch((error: unknown) => error);
  try {
    expect(await open()).toMatchObject({
      diagnostics: [{ code: 'package-missing', hint: expect.stringContaining('npm install -D onnxruntime-web') }],
    });
    const place = path.join(folder, 'node_modules/onnxruntime-node');
    mkdirSync(place, { recursive: true });
    writeFileSync(path.join(place, 'index.js'), "throw new Error('no binding for this platform');");
    expect(await open()).toMatchObject({
      diagnostics: [
        {
          code: 'package-missing',
          message: expect.stringContaining('cannot be loaded: no binding for this platform'),
          hint: expect.stringContaining('onnxruntime-web'),
        },
      ],
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
