import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onnxFile } from '../test/onnxFile.ts';
import { convert, NcnnError, stemOf } from './api.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-api-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The hash of a convolution with equal weights. */
async function hashWith(value: number): Promise<string> {
  const file = path.join(folder, 'net.onnx');
  const model = {
    nodes: [{ type: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['y'] }],
    inputs: { x: [1, 3, 8, 8] },
    outputs: { y: [1, 4, 8, 8] },
    weights: { w: { dims: [4, 3, 1, 1], values: Array.from({ length: 12 }, () => value) } },
  };
  writeFileSync(file, onnxFile(model));
  return (await convert(file)).artifact.hash();
}

it('returns a hash that depends on the weights', async () => {
  const hash = await hashWith(0.5);
  expect(hash).toMatch(/^[0-9a-f]{16}$/);
  expect(await hashWith(0.5)).toBe(hash);
  expect(await hashWith(0.25)).not.toBe(hash);
});

it.each([
  ['in front of others', [{ type: 'Relu', inputs: ['c'], outputs: ['y'] }], 'y'],
  ['at the end', [], 'c'],
])('reports an invalid node (%s) once, without follow-up errors', async (_, behind, output) => {
  const file = path.join(folder, 'wide.onnx');
  const conv = { type: 'Conv', name: 'conv', inputs: ['x', 'w'], outputs: ['c'] };
  const weights = { w: { dims: [1, 1, 9, 9], values: Array.from({ length: 81 }, () => 1) } };
  writeFileSync(file, onnxFile({ nodes: [conv, ...behind], inputs: { x: [1, 1, 4, 4] }, outputs: { [output]: [] }, weights }));
  const error: unknown = await convert(file).catch((thrown: unknown) => thrown);
  expect(error instanceof NcnnError && error.diagnostics.map(({ place }) => place.node)).toEqual(['conv']);
});

it('rejects an output that no node produces', async () => {
  const file = path.join(folder, 'nothing.onnx');
  writeFileSync(file, onnxFile({ nodes: [{ type: 'Relu', inputs: ['x'], outputs: ['y'] }], inputs: { x: [4] }, outputs: { z: [4] } }));
  await expect(convert(file)).rejects.toThrow('z');
});

it.each([
  ['models/net.onnx', 'net'],
  ['net.v2.onnx', 'net.v2'],
  ['net.param', 'net'],
  ['net.param.bin', 'net'],
  ['deploy.prototxt+net.caffemodel', 'deploy'],
])('names the results of %s after %s', (file, stem) => {
  expect(stemOf(file)).toBe(stem);
});
