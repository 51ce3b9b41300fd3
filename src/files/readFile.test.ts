import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { openModelFile } from './modelFile.ts';
import { hashFile, readFile, readPart } from './readFile.ts';

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

it('reads all bytes into an unshared buffer', () => {
  writeFileSync(at('a'), Buffer.from([1, 2, 3]));
  expect([...readFile(at('a'))]).toEqual([1, 2, 3]);
  expect(() => readFile(at('missing'))).toThrow('ENOENT');
});

it.runIf(process.platform !== 'win32')('rejects pipes and devices as models and side files, because reading them might never end', () => {
  execFileSync('mkfifo', [at('pipe.onnx')]);
  symlinkSync('/dev/zero', at('zero.onnx'));
  writeFileSync(at('net.onnx'), 'net');
  expect(refusal(() => openModelFile(at('pipe.onnx')))).toBe('file-unreadable: the path is a pipe');
  expect(refusal(() => openModelFile(at('zero.onnx')))).toBe('file-unreadable: the path is a device');
  expect(refusal(() => openModelFile(at('net.onnx'), true).source.side('pipe.onnx'))).toBe('file-unreadable: the path is a pipe');
  expect(refusal(() => openModelFile(at('net.onnx'), true).source.side('zero.onnx'))).toBe('file-unreadable: the path is a device');
});

it('reads parts of a file', () => {
  writeFileSync(at('a'), Buffer.from([1, 2, 3, 4]));
  expect([...readPart(at('a'), 1, 2)]).toEqual([2, 3]);
  expect([...readPart(at('a'), 3, 5)]).toEqual([4]);
});

it('hashes a file', () => {
  writeFileSync(at('a'), Buffer.from([1, 2, 3, 4]));
  expect(hashFile(at('a'))).toBe(
    createHash('sha256')
      .update(Buffer.from([1, 2, 3, 4]))
      .digest('hex'),
  );
  expect(hashFile(at('a'))).not.toBe(hashFile('/dev/null'));
});

/** A sparse file, which takes no space on the disk. */
function sparseFile(name: string, size: number, content: Uint8Array, offset: number): void {
  const handle = openSync(at(name), 'w');
  ftruncateSync(handle, size);
  writeSync(handle, content, 0, content.length, offset);
  closeSync(handle);
}

// Windows would write the zeros.
it.runIf(process.platform !== 'win32')('reads only the requested parts of a 5 GiB side file', () => {
  const size = 5 * 2 ** 30;
  writeFileSync(at('net.onnx'), 'net');
  sparseFile('net.data', size, Uint8Array.of(1, 2, 3, 4), size - 4);
  const before = process.resourceUsage().maxRSS;
  const { source, filesRead } = openModelFile(at('net.onnx'));
  const file = source.sideFile('net.data');
  expect(file.size).toBe(size);
  expect([...file.part(size - 4, 4)]).toEqual([1, 2, 3, 4]);
  expect(source.sideFile('./net.data')).toBe(file);
  expect(filesRead()).toEqual([at('net.onnx'), at('net.data')]);
  expect(process.resourceUsage().maxRSS - before).toBeLessThan(50 * 1024);
  rmSync(at('net.data'));
  expect(refusal(() => file.part(0, 4))).toMatch('file-missing');
});

it.runIf(process.platform !== 'win32')('rejects what no array can hold', () => {
  writeFileSync(at('net.onnx'), 'net');
  sparseFile('net.data', 2 ** 42, Uint8Array.of(1), 0);
  expect(refusal(() => openModelFile(at('net.onnx')).source.side('net.data'))).toMatch('file-unreadable: the file has 4398046511104 bytes');
  expect(
    refusal(() =>
      openModelFile(at('net.onnx'))
        .source.sideFile('net.data')
        .part(0, 2 ** 41),
    ),
  ).toMatch('file-unreadable');
  expect(refusal(() => openModelFile(at('net.data')))).toMatch('file-unreadable: the file has 4398046511104 bytes');
});
