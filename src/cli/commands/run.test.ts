import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onnxFile } from '../../../test/onnxFile.ts';
import { readNpy } from '../../verify/npy.ts';
import { runCommandLine } from '../testing.ts';

let folder = '';
let net = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'run-'));
  net = path.join(folder, 'net.onnx');
  const nodes = [{ type: 'Abs', inputs: ['x'], outputs: ['y/1'] }];
  writeFileSync(net, onnxFile({ nodes, inputs: { x: [1, 3, 2, 2] }, outputs: { 'y/1': [1, 3, 2, 2] } }));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('run', () => {
  it('feeds a picture, prints the largest values and writes the outputs', async () => {
    const photo = path.join(folder, 'photo.png');
    writeFileSync(photo, encode({ width: 2, height: 2, channels: 3, data: Uint8Array.of(0, 255, 51, 0, 255, 51, 0, 255, 51, 0, 255, 51) }));
    const out = path.join(folder, 'out');
    const { code, printed } = await runCommandLine('run', net, '--input', `x=${photo}`, '-o', out);
    expect(code).toBe(0);
    expect(printed).toContain('in the interpreter');
    expect(printed).toContain('y/1 [1,3,2,2] 0 to 1');
    expect(printed).toContain('largest: 1 at 4');
    expect(readdirSync(out)).toEqual(['y_1.npy']);
    const { shape, ...tensor } = readNpy(readFileSync(path.join(out, 'y_1.npy')), 'y');
    expect(shape).toEqual([1, 3, 2, 2]);
    expect(tensor).toBeDefined();
  });

  it('measures the whole net and each layer', async () => {
    const { code, printed } = await runCommandLine('run', net, '--bench', '3');
    expect(code).toBe(0);
    expect(printed).toMatch(/median of 3 runs: [\d.]+ ms/);
    expect(printed).toMatch(/[\d.]+ ms +100\.0 % {2}UnaryOp/);
  });

  it('prints JSON', async () => {
    const { code, printed } = await runCommandLine('run', net, '--json', '--bench', '2');
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ ok: true, engine: 'interpreter', outputs: [{ name: 'y/1', shape: [1, 3, 2, 2] }] });
  });

  it('rejects invalid usage', async () => {
    expect((await runCommandLine('run')).code).toBe(2);
    expect((await runCommandLine('run', net, '--bench', '0')).code).toBe(2);
  });

  it('rejects inputs of another shape', async () => {
    writeFileSync(path.join(folder, 'x.bin'), new Uint8Array(8));
    const { code, logged } = await runCommandLine('run', net, '--input', `x=${path.join(folder, 'x.bin')}`);
    expect(code).toBe(1);
    expect(logged).toContain('2 elements');
  });
});
