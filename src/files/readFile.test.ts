import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { openModelFile } from './modelFile.ts';
import { readFile } from './readFile.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-read-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => path.join(folder, name);

function refusal(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map(({ code, message }) => `${code}: ${message}`).join();
    throw error;
  }
  return '';
}

it('reads all bytes, in a buffer without others where the file has some size', () => {
  writeFileSync(at('a'), Buffer.from([1, 2, 3]));
  expect([...readFile(at('a'))]).toEqual([1, 2, 3]);
  expect(() => readFile(at('missing'))).toThrow('ENOENT');
});

it.runIf(process.platform !== 'win32')('refuses pipes and devices as models and beside them, which could be read without end', () => {
  execFileSync('mkfifo', [at('pipe.onnx')]);
  symlinkSync('/dev/zero', at('zero.onnx'));
  writeFileSync(at('net.onnx'), 'net');
  expect(refusal(() => openModelFile(at('pipe.onnx')))).toBe('file-unreadable: the path is a pipe');
  expect(refusal(() => openModelFile(at('zero.onnx')))).toBe('file-unreadable: the path is a device');
  expect(refusal(() => openModelFile(at('net.onnx'), true).source.side('pipe.onnx'))).toBe('file-unreadable: the path is a pipe');
  expect(refusal(() => openModelFile(at('net.onnx'), true).source.side('zero.onnx'))).toBe('file-unreadable: the path is a device');
});
