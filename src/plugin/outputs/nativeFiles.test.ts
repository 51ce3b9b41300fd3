import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { convert, emitFiles, emitters, verify } from '../../api.ts';
import { convertCachedWith } from '../../project/conversion/convertCached.ts';
import { memoizeConversions } from '../../project/conversion/memoize.ts';
import { createNativeWriter } from './nativeFiles.ts';

let folder = '';
let model = '';
const net = (activation: string): string =>
  `7767517\n3 3\nInput data 0 1 data 0=2 1=3 2=4\n${activation} act 1 1 data a/b\nMine m 1 1 a/b out 0=1\n`;
const options = { customLayers: ['Mine'] };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-native-'));
  model = path.join(folder, 'net.param');
  writeFileSync(model, net('ReLU'));
  writeFileSync(path.join(folder, 'net.bin'), Uint8Array.of(1, 2, 3, 4));
});
afterEach(() => rmSync(folder, { recursive: true }));

const out = (): string => path.join(folder, 'native');
const compile = memoizeConversions(convertCachedWith(async () => ({ convert, verify })));

it('writes the same files as the command line', async () => {
  const forms = [...emitters.keys()];
  createNativeWriter(out(), forms)(await compile(model, options), 'a');
  const { artifact } = await convert(model, options);
  const expected = emitFiles(artifact, forms);
  expect(readdirSync(out()).sort()).toEqual(expected.map(({ name }) => name).sort());
  for (const { name, chunks } of expected) {
    expect(readFileSync(path.join(out(), name)).equals(Buffer.concat([...chunks()])), name).toBe(true);
  }
});

it('keeps files that are up to date', async () => {
  const write = createNativeWriter(out(), ['id.h', 'c', 'cmake']);
  write(await compile(model, options), 'a');
  const old = new Date(1e12);
  for (const name of readdirSync(out())) utimesSync(path.join(out(), name), old, old);
  write(await compile(model, options), 'a');
  const changed = (): string[] => readdirSync(out()).filter((name) => statSync(path.join(out(), name)).mtimeMs !== old.getTime());
  expect(changed()).toEqual([]);
  writeFileSync(model, net('Sigmoid'));
  write(await compile(model, options), 'a');
  expect(changed().sort()).toEqual(['net.cmake', 'net.ncnn.c', 'net.ncnn.h']);
  writeFileSync(path.join(out(), 'net.id.h'), 'cut short');
  write(await compile(model, options), 'a');
  expect(changed()).toContain('net.id.h');
});

it('rejects one file for two imports', async () => {
  const write = createNativeWriter(out(), ['id.h']);
  write(await compile(model, options), 'a');
  const again = await compile(model, { ...options, precision: 'fp16' });
  expect(() => write(again, 'b')).toThrow('`native` would write net.id.h for two different imports: a and b');
});

it('rejects overwriting a source', async () => {
  const again = await compile(model, { ...options, precision: 'fp16' });
  const over = createNativeWriter(folder, ['bin']);
  expect(() => over(again, 'b')).toThrow('`native` would overwrite the source file net.bin');
});

it('writes to any folder but rejects a file in its place', async () => {
  mkdirSync(out());
  writeFileSync(path.join(out(), 'file'), '');
  const compiled = await compile(model, options);
  expect(() => createNativeWriter(path.join(out(), 'file/below'), ['id.h'])(compiled, 'a')).toThrow('the result cannot be written');
});
