import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { encode } from 'fast-png';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { onnxFile } from '../../../test/onnxFile.ts';
import { runCommandLine } from '../testing.ts';

const model = 'test/fixtures/onnx/opset7_average_pool.onnx';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'verify-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('verify', () => {
  it('prints a line per output', async () => {
    const { code, printed } = await runCommandLine('verify', model, '--seed', '7');
    expect(code).toBe(0);
    expect(printed).toContain('verified (seed 7, rtol 0.001, atol 0.0001)');
    expect(printed).toMatch(/\d+ +\d\.\d\de[+-]\d+ +\d\.\d\de[+-]\d+ +ok/);
  });

  it('prints JSON', async () => {
    const { code, printed } = await runCommandLine('verify', model, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ ok: true, verification: { ok: true, outputs: [{ ok: true }] } });
  });

  it('fails for an array of another shape', async () => {
    const file = path.join(folder, 'x.bin');
    writeFileSync(file, new Uint8Array(8));
    const wrong = await runCommandLine('verify', model, '--input', `x=${file}`);
    expect(wrong.code).toBe(1);
    expect(wrong.logged).toContain('has 2 elements');
  });

  it('fails for a missing model', async () => {
    expect((await runCommandLine('verify', 'nowhere.onnx')).code).toBe(1);
  });
});

it.runIf(process.platform === 'linux')('rejects values from pipes and devices, because reading them might never end', async () => {
  execFileSync('mkfifo', [path.join(folder, 'pipe.npy')]);
  for (const [file, what] of [
    [path.join(folder, 'pipe.npy'), 'a pipe'],
    ['/dev/zero', 'a device'],
  ]) {
    const { code, logged } = await runCommandLine('verify', model, '--input', `x=${file}`);
    expect(logged).toContain(`the path is ${what}`);
    expect(code).toBe(1);
  }
});

describe('verify with a picture', () => {
  let net = '';
  beforeEach(() => {
    net = path.join(folder, 'net.onnx');
    const nodes = [{ type: 'Sigmoid', inputs: ['x'], outputs: ['y'] }];
    writeFileSync(net, onnxFile({ nodes, inputs: { x: [1, 3, 8, 8] }, outputs: { y: [1, 3, 8, 8] } }));
  });

  it('resizes it to the input', async () => {
    const file = path.join(folder, 'photo.png');
    writeFileSync(file, encode({ width: 5, height: 4, channels: 3, data: Uint8Array.from({ length: 60 }, (_, index) => index * 4) }));
    const { code, printed } = await runCommandLine('verify', net, '--input', `x=${file}`, '--mean', '123.7,116.3,103.5', '--norm', '0.017');
    expect(printed).toContain('verified');
    expect(code).toBe(0);
    const wrong = await runCommandLine('verify', net, '--input', `x=${file}`, '--mean', '1,2');
    expect(wrong.logged).toContain('mean has 2 numbers, expected 1 or 3 (one for each channel)');
    expect(wrong.code).toBe(1);
  });

  it('is required for --mean', async () => {
    expect(await runCommandLine('verify', net, '--mean', '1')).toMatchObject({
      code: 2,
      logged: expect.stringContaining('--mean needs an image'),
    });
  });

  it('validates the numbers of --norm', async () => {
    expect(await runCommandLine('verify', net, '--norm', '1,x')).toMatchObject({
      code: 2,
      logged: expect.stringContaining('--norm 1,x: expected a number'),
    });
  });

  it('reports a file that is not a picture', async () => {
    const file = path.join(folder, 'photo.jpg');
    writeFileSync(file, 'RIFF....WEBP');
    const { code, logged } = await runCommandLine('verify', net, '--input', `x=${file}`);
    expect(code).toBe(1);
    expect(logged).toContain('not a PNG or JPEG file');
  });
});

describe('convert --verify', () => {
  it('writes a net that matches its model', async () => {
    const { code, logged } = await runCommandLine('convert', model, '-o', folder, '--verify');
    expect(code).toBe(0);
    expect(logged).toContain('verified');
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('writes nothing if thresholds are exceeded', async () => {
    const { code, logged } = await runCommandLine(
      'convert',
      'test/fixtures/onnx/opset9_softmax_default.onnx',
      '-o',
      folder,
      '--verify',
      '--rtol',
      '0',
      '--atol',
      '0',
    );
    expect(code).toBe(1);
    expect(logged).toContain('error result-differs');
    expect(logged).toContain('DIFFERS');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('requires --verify for its options', async () => {
    const { code, logged } = await runCommandLine('convert', model, '-o', folder, '--seed', '1');
    expect(code).toBe(2);
    expect(logged).toContain('--seed needs --verify');
  });

  it('rejects a seed that is not a number', async () => {
    const { code, logged } = await runCommandLine('convert', model, '-o', folder, '--verify', '--seed', 'x');
    expect(code).toBe(2);
    expect(logged).toContain('--seed x: expected a whole number');
  });
});
