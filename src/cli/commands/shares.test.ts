import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sharesOf } from './shares.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-shares-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Shares of files with the given sizes in megabytes, as those sizes. */
function shares(threads: number, ...megabytes: readonly number[]): readonly (readonly number[])[] {
  const files = megabytes.map((size, index) => path.join(folder, `${index}-${size}.onnx`));
  files.forEach((file, index) => {
    writeFileSync(file, new Uint8Array((megabytes[index] ?? 0) * 1e6));
  });
  return sharesOf(files, threads).map((share) => share.map((file) => Number(path.basename(file, '.onnx').split('-')[1])));
}

it('gives each thread about as many bytes, in argument order', () => {
  expect(shares(2, 1, 5, 2, 2)).toEqual([[5], [1, 2, 2]]);
  expect(shares(3, 2, 2, 2, 2)).toEqual([[2, 2], [2], [2]]);
});

it('starts no thread for a single model or for small ones', () => {
  expect(shares(8, 4)).toEqual([[4]]);
  expect(shares(8, 0.5, 0.5)).toEqual([[0.5, 0.5]]);
});

it('has at most four threads', () => {
  expect(shares(64, 1, 1, 1, 1, 1, 1)).toHaveLength(4);
});

it('counts the files of a joined name and keeps missing models', () => {
  for (const name of ['a.prototxt', 'b.prototxt']) writeFileSync(path.join(folder, name), '');
  writeFileSync(path.join(folder, 'a.caffemodel'), new Uint8Array(3e6));
  const joined = `${path.join(folder, 'a.prototxt')}+${path.join(folder, 'a.caffemodel')}`;
  expect(sharesOf([path.join(folder, 'none.onnx'), joined], 2)).toEqual([[joined], [path.join(folder, 'none.onnx')]]);
});
