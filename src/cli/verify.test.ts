import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { plain } from '../text/paint.ts';
import { run } from './run.ts';
import type { Terminal } from './terminal.ts';

const model = 'test/fixtures/onnx/opset7_average_pool.onnx';
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'verify-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function cli(...words: readonly string[]): Promise<{ readonly code: number; readonly printed: string; readonly told: string }> {
  const printed: string[] = [];
  const told: string[] = [];
  const terminal: Terminal = { print: (line) => printed.push(line), tell: (line) => told.push(line), paint: plain };
  return { code: await run(words, terminal), printed: printed.join('\n'), told: told.join('\n') };
}

describe('verify', () => {
  it('prints a line an output', async () => {
    const { code, printed } = await cli('verify', model, '--seed', '7');
    expect(code).toBe(0);
    expect(printed).toContain('verified (seed 7, rtol 0.001, atol 0.0001)');
    expect(printed).toMatch(/\d+ +\d\.\d\de[+-]\d+ +\d\.\d\de[+-]\d+ +ok/);
  });

  it('prints JSON', async () => {
    const { code, printed } = await cli('verify', model, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ ok: true, verification: { ok: true, outputs: [{ ok: true }] } });
  });

  it('fails for an array that does not fit, and for a model that is not there', async () => {
    const file = path.join(folder, 'x.bin');
    writeFileSync(file, new Uint8Array(8));
    const wrong = await cli('verify', model, '--input', `x=${file}`);
    expect(wrong.code).toBe(1);
    expect(wrong.told).toContain('has 2 elements');
    expect((await cli('verify', 'nowhere.onnx')).code).toBe(1);
    expect((await cli('verify', model, '--seed', '1.5')).code).toBe(2);
  });
});

describe('convert --verify', () => {
  it('writes what was found the same', async () => {
    const { code, told } = await cli('convert', model, '-o', folder, '--verify');
    expect(code).toBe(0);
    expect(told).toContain('verified');
    expect(readdirSync(folder)).toHaveLength(3);
  });

  it('writes nothing where thresholds are not met', async () => {
    const { code, told } = await cli(
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
    expect(told).toContain('error result-differs');
    expect(told).toContain('DIFFERS');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('wants its options only with it', async () => {
    const { code, told } = await cli('convert', model, '-o', folder, '--seed', '1');
    expect(code).toBe(2);
    expect(told).toContain('--seed needs --verify');
  });
});
