import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../testing.ts';

let folder = '';
const file = (name: string): string => path.join(folder, name);
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'merge-'));
  writeFileSync(file('a.param'), '7767517\n2 2\nInput x 0 1 x 0=4\nBinaryOp l 1 1 x m 0=0 1=1 2=1.0\n');
  writeFileSync(file('b.param'), '7767517\n2 2\nInput x 0 1 x 0=4\nUnaryOp l 1 1 x y 0=2\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('merge', () => {
  it('writes one net', async () => {
    const { code } = await runCommandLine('merge', file('a.param'), file('b.param'), '-o', file('out'));
    expect(code).toBe(0);
    expect(readdirSync(file('out'))).toEqual(['a_b.bin', 'a_b.ncnn.json', 'a_b.param']);
    const lines = readFileSync(file('out/a_b.param'), 'utf8').trim().split('\n').slice(2);
    expect(lines.map((line) => line.split(/ +/).slice(0, 6).join(' '))).toEqual([
      'Input x 0 1 x 0=4',
      'BinaryOp l 1 1 x m',
      'UnaryOp b/l 1 1 m y',
    ]);
  });

  it('accepts file names and connections', async () => {
    const words = ['--name', 'all', '--join', 'm=x', '--emit', 'param', '--json'];
    const { code, printed } = await runCommandLine('merge', file('a.param'), file('b.param'), '-o', file('out'), ...words);
    expect(code).toBe(0);
    expect(JSON.parse(printed)).toMatchObject({ ok: true, files: [file('out/all.param')] });
  });

  it('does not overwrite its inputs', async () => {
    const { code, logged } = await runCommandLine('merge', file('a.param'), file('b.param'), '-o', folder, '--name', 'a');
    expect(code).toBe(1);
    expect(logged).toContain('output-conflict');
  });

  it('rejects invalid usage', async () => {
    expect((await runCommandLine('merge', file('a.param'), '-o', folder)).code).toBe(2);
    expect((await runCommandLine('merge', file('a.param'), file('b.param'))).code).toBe(2);
    expect((await runCommandLine('merge', file('a.param'), file('b.param'), '-o', folder, '--join', 'm')).code).toBe(2);
  });

  it('rejects models that cannot be joined', async () => {
    expect((await runCommandLine('merge', file('a.param'), file('b.param'), '-o', folder, '--join', 'n=x')).code).toBe(1);
  });
});
