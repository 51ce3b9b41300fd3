import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { zipSync } from 'fflate';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { onnxFile } from '../../../test/onnxFile.ts';
import { writeNpy } from '../../execution/npy.ts';
import { runCommandLine } from '../testing.ts';

let folder = '';
const file = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'calibrate-'));
  const nodes = [{ type: 'Conv', inputs: ['x', 'w'], outputs: ['y'], name: 'difference', attributes: { kernel_shape: [1, 1] } }];
  const weights = { w: { dims: [1, 3, 1, 1], values: [512, -512, 1] } };
  writeFileSync(file('net.onnx'), onnxFile({ nodes, inputs: { x: [1, 3, 4, 4] }, outputs: { y: [1, 1, 4, 4] }, weights }));
  mkdirSync(file('pictures'));
  const data = new Uint8Array(48).fill(200);
  writeFileSync(file('pictures/a.png'), encode({ width: 4, height: 4, channels: 3, data }));
  writeFileSync(file('pictures/notes.txt'), 'none');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('evaluates a net in fp16 on the pictures of a folder and masks layers', async () => {
  const words = ['convert', file('net.onnx'), '-o', file('out'), '--calibrate', file('pictures'), '--norm', '1'];
  const { code, logged } = await runCommandLine(...words);
  expect(code).toBe(0);
  expect(logged).toContain('warning fp16-overflow');
  expect(readFileSync(file('out/net.param'), 'utf8')).toMatch(/31=1$/m);
  await runCommandLine(...words, '--no-fp16-guard');
  expect(readFileSync(file('out/net.param'), 'utf8')).not.toContain('31=');
});

it('takes the values of several inputs from a .npz', async () => {
  const nodes = [{ type: 'Mul', inputs: ['x', 'y'], outputs: ['z'], name: 'product' }];
  writeFileSync(file('product.onnx'), onnxFile({ nodes, inputs: { x: [4], y: [4] }, outputs: { z: [4] } }));
  const array = (value: number): Uint8Array => Buffer.concat(writeNpy(new Float32Array(4).fill(value), [4]));
  const calibrate = async (x: number, y: number): Promise<string> => {
    writeFileSync(file('runs.npz'), zipSync({ 'x.npy': array(x), 'y.npy': array(y) }));
    const { logged } = await runCommandLine('convert', file('product.onnx'), '-o', file('out'), '--calibrate', file('runs.npz'));
    return logged;
  };
  expect(await calibrate(1, 2)).not.toContain('fp16-overflow');
  expect(await calibrate(1000, 1000)).toContain('fp16-overflow');
  writeFileSync(file('runs.npz'), 'none');
  const { logged } = await runCommandLine('convert', file('product.onnx'), '-o', file('out'), '--calibrate', file('runs.npz'));
  expect(logged).toContain('not a .npz file');
});

it('reports the fp16 errors of a net', async () => {
  const words = ['verify', file('net.onnx'), '--input', `x=${file('pictures/a.png')}`, '--norm', '1'];
  expect((await runCommandLine(...words)).code).toBe(0);
  const { code, printed, logged } = await runCommandLine(...words, '--as', 'phone');
  expect(code).toBe(1);
  expect(`${printed}\n${logged}`).toContain('layer Convolution');
  expect(logged).toContain('Calibrate with typical inputs');
});

it('rejects invalid usage', async () => {
  const words = ['convert', file('net.onnx'), '-o', file('out')];
  mkdirSync(file('empty'));
  expect((await runCommandLine(...words, '--calibrate', file('empty'))).code).toBe(1);
  expect((await runCommandLine(...words, '--calibrate', file('nothing.png'))).code).toBe(1);
  expect((await runCommandLine(...words, '--fp16-tolerance', 'much')).code).toBe(2);
  expect((await runCommandLine('verify', file('net.onnx'), '--as', 'tablet')).code).toBe(2);
});
