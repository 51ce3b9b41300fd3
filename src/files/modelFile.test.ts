import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { namedFiles, openModelFile } from './modelFile.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-files-'));
  mkdirSync(path.join(folder, 'models/weights'), { recursive: true });
  writeFileSync(path.join(folder, 'models/net.onnx'), 'net');
  writeFileSync(path.join(folder, 'models/weights/net.data'), 'weights');
  writeFileSync(path.join(folder, 'secret'), 'secret');
});

afterEach(() => rmSync(folder, { recursive: true }));

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof NcnnError) return error.diagnostics.map((entry) => entry.code).join();
  }
  return 'none';
}

it('reads side files below the folder of the model once', () => {
  const { source, filesRead } = openModelFile(path.join(folder, 'models/net.onnx'));
  expect(source.side('weights/net.data')).toBe(source.side('./weights/../weights/net.data'));
  expect(filesRead().map((file) => path.basename(file))).toEqual(['net.onnx', 'net.data']);
});

it('rejects side files outside, also through a symbolic link, unless allowed', () => {
  const model = path.join(folder, 'models/net.onnx');
  symlinkSync(path.join(folder, 'secret'), path.join(folder, 'models/link.data'));
  expect(codeOf(() => openModelFile(model).source.side('../secret'))).toBe('file-outside');
  expect(codeOf(() => openModelFile(model).source.side('link.data'))).toBe('file-outside');
  expect(openModelFile(model, true).source.side('link.data')).toHaveLength(6);
});

it('reads the side file of a link that leads to the same folder', () => {
  const snapshot = path.join(folder, 'snapshot');
  mkdirSync(snapshot);
  symlinkSync('../models/net.onnx', path.join(snapshot, 'net.onnx'));
  symlinkSync('../models/weights/net.data', path.join(snapshot, 'net.data'));
  symlinkSync('../secret', path.join(snapshot, 'secret'));
  const { source } = openModelFile(path.join(snapshot, 'net.onnx'));
  expect(source.name).toBe('net.onnx');
  expect(source.side('net.data')).toHaveLength(7);
  expect(codeOf(() => source.side('secret'))).toBe('file-outside');
});

it('rejects an invalid file name', () => {
  expect(codeOf(() => openModelFile(path.join(folder, 'models/net.onnx')).source.side('a\0b'))).toBe('file-malformed');
});

it('distinguishes a missing file from a folder', () => {
  expect(codeOf(() => openModelFile(path.join(folder, 'none.onnx')))).toBe('file-missing');
  expect(codeOf(() => openModelFile(folder))).toBe('file-unreadable');
});

it('accepts partners joined with a plus and lists the files beside the model', () => {
  writeFileSync(path.join(folder, 'models/other.bin'), 'bin');
  const { source, filesRead } = openModelFile(`${path.join(folder, 'models/net.onnx')}+other.bin`);
  expect(source).toMatchObject({ file: path.join(folder, 'models/net.onnx'), partners: ['other.bin'] });
  expect(source.siblings()).toEqual(['net.onnx', 'other.bin']);
  expect(source.side('other.bin')).toHaveLength(3);
  expect(filesRead().map((file) => path.basename(file))).toEqual(['net.onnx', 'other.bin']);
});

it('resolves the path of a partner like that of the model', () => {
  writeFileSync(path.join(folder, 'models/other.bin'), 'bin');
  const [model, partner] = ['models/net.onnx', 'models/other.bin'].map((name) => path.relative('.', path.join(folder, name)));
  expect(openModelFile(`${model}+${partner}`).source.partners).toEqual(['other.bin']);
  expect(namedFiles(`${model}+${partner}`).map((file) => path.resolve(file))).toEqual([
    path.join(folder, 'models/net.onnx'),
    path.join(folder, 'models/other.bin'),
  ]);
  expect(openModelFile(`${model}+none.bin`).source.partners).toEqual(['none.bin']);
});

it('accepts a file with a plus in its name', () => {
  const file = path.join(folder, 'models/a+b.onnx');
  writeFileSync(file, 'net');
  expect(openModelFile(file).source.partners).toEqual([]);
});
