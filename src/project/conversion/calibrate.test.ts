import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createModelLoader } from '../models.ts';

let folder = '';
const write = (name: string, data: Float32Array | string): void => {
  writeFileSync(path.join(folder, name), typeof data === 'string' ? data : new Uint8Array(data.buffer));
};
/** The first input overflows: the sums of the layer are up to 30000 a. */
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'calibrate-'));
  write('net.param', '7767517\n3 3\nInput x 0 1 x 0=4 1=1 2=2\nConvolution y 1 1 x y 0=1 1=1 6=2\nSigmoid z 1 1 y z\n');
  write('net.bin', Float32Array.of(0, 30000, -30000));
  mkdirSync(path.join(folder, 'samples'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('calibrates imported models, again if the files change', async () => {
  const load = createModelLoader(() => folder, { models: { '**/net.param': { calibrate: { files: ['samples'] } } }, cache: false });
  const id = path.join(folder, 'net.param');
  write('samples/a.bin', new Float32Array(8).fill(1));
  const calm = (await load(id)).model;
  expect(calm.param).not.toContain('31=1');
  expect(calm.files).toContain(path.join(folder, 'samples', 'a.bin'));
  write('samples/b.bin', new Float32Array(8).fill(3));
  const { param, diagnostics } = (await load(id)).model;
  expect(param).toContain('31=1');
  expect(diagnostics.map(({ code }) => code)).toEqual(['fp16-overflow']);
  // The same size, with other contents.
  write('samples/b.bin', new Float32Array(8).fill(1));
  expect((await load(id)).model.param).not.toContain('31=1');
});

it('rejects a folder without files to calibrate with', async () => {
  const load = createModelLoader(() => folder, { calibrate: { files: ['samples'] }, cache: false });
  await expect(load(path.join(folder, 'net.param'))).rejects.toThrow('no file to calibrate with');
});
