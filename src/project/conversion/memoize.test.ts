import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Conversion, VerifiedConversion, VerifySettings } from '../../api.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import { sampleArtifact } from '../../emit/testing.ts';
import { namedFiles } from '../../files/modelFile.ts';
import type { ModelConvertOptions } from '../options/options.ts';
import { convertCachedWith } from './convertCached.ts';
import { type ConvertModel, memoizeConversions } from './memoize.ts';

let folder = '';
let model = '';
let conversions = 0;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-cache-'));
  model = path.join(folder, 'net.onnx');
  writeFileSync(model, 'model');
  writeFileSync(path.join(folder, 'net.data'), 'weights');
  conversions = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Replaces the converter: it counts its calls, and its files are those of the model. */
async function convert(file: string): Promise<Conversion> {
  conversions++;
  const warning = diagnostic('batch-assumed-one', 'a', 'b', { file });
  const artifact = sampleArtifact('net');
  const trace = {
    about: '',
    nodes: new Map(),
    operators: new Map(),
    before: artifact.model.net,
    history: { changed: new Map(), removed: new Map() },
  };
  return { artifact, diagnostics: [warning], files: [model, path.join(folder, 'net.data')], trace };
}

/** The same, with a result that is correct only for a share of 1. */
async function verify(file: string, options: VerifySettings): Promise<VerifiedConversion> {
  const conversion = await convert(file);
  const { seed = 1, rtol = 0, atol = 0 } = options;
  const ok = rtol === 1;
  const warnings = ok ? [] : [diagnostic('result-differs', 'a', 'b', { file })];
  return { ...conversion, diagnostics: [...conversion.diagnostics, ...warnings], verification: { ok, seed, rtol, atol, outputs: [] } };
}

const cachePath = (): string => path.join(folder, 'cache');

/** A cache as in another process. */
function newProcess(version = '1'): ConvertModel {
  return memoizeConversions(
    convertCachedWith(async () => ({ convert, verify })),
    () => ({ folder: cachePath(), version }),
  );
}

async function convertsAgain(options: ModelConvertOptions = {}, convertModel = newProcess()): Promise<boolean> {
  const before = conversions;
  await convertModel(model, options);
  return conversions > before;
}

it('reads back the same bytes from the cache', async () => {
  const converted = await newProcess()(model, {});
  expect(await newProcess()(model, {})).toEqual(converted);
  expect(conversions).toBe(1);
});

it('converts again for other options, but not for another order of them', async () => {
  await convertsAgain({ shape: { a: [1], b: [2] }, const: { n: 1n } });
  expect(await convertsAgain({ const: { n: 1n }, shape: { b: [2], a: [1] } })).toBe(false);
  expect(await convertsAgain({ const: { n: 1 }, shape: { b: [2], a: [1] } })).toBe(true);
  expect(await convertsAgain({ const: { n: Number.NaN } })).toBe(true);
  expect(await convertsAgain({ const: { n: Number.POSITIVE_INFINITY } })).toBe(true);
});

it('converts again when a model or side file changes, in any process', async () => {
  const convertModel = newProcess();
  await convertsAgain({}, convertModel);
  expect(await convertsAgain({}, convertModel)).toBe(false);
  writeFileSync(path.join(folder, 'net.data'), 'WEIGHTS');
  expect(await convertsAgain({}, convertModel)).toBe(true);
  writeFileSync(model, 'MODEL');
  expect(await convertsAgain()).toBe(true);
  expect(await convertsAgain()).toBe(false);
});

it('converts again when a partner appears or disappears', async () => {
  await convertsAgain();
  writeFileSync(path.join(folder, 'net-0002.params'), '');
  expect(await convertsAgain()).toBe(true);
  rmSync(path.join(folder, 'net.data'));
  expect(await convertsAgain()).toBe(true);
});

it('ignores results of another version', async () => {
  await convertsAgain();
  expect(await convertsAgain({}, newProcess('2'))).toBe(true);
});

it.each(['cut', 'flipped', 'emptied'])('replaces an entry that was %s', async (damage) => {
  await convertsAgain();
  const [name = ''] = readdirSync(cachePath());
  const entry = path.join(cachePath(), name);
  const bytes = readFileSync(entry);
  if (damage === 'flipped') bytes[bytes.length - 1] = 0;
  writeFileSync(entry, damage === 'cut' ? bytes.subarray(0, -1) : damage === 'emptied' ? '' : bytes);
  expect(await convertsAgain()).toBe(true);
  expect(await convertsAgain()).toBe(false);
});

it('warns once about a damaged entry', async () => {
  await convertsAgain();
  const [name = ''] = readdirSync(cachePath());
  writeFileSync(path.join(cachePath(), name), 'x');
  const convertModel = newProcess();
  const codes = async (): Promise<readonly string[]> => (await convertModel(model, {})).diagnostics.map(({ code }) => code);
  expect(await codes()).toEqual(['batch-assumed-one', 'cache-damaged']);
  expect(await codes()).toEqual(['batch-assumed-one']);
  expect(readdirSync(cachePath())).toHaveLength(1);
});

it('keeps one entry for a model and its options without temporary files', async () => {
  await convertsAgain();
  writeFileSync(model, 'MODEL');
  await convertsAgain();
  await convertsAgain({ precision: 'fp16' });
  expect(readdirSync(cachePath())).toHaveLength(2);
});

it('works without a writable folder', async () => {
  writeFileSync(path.join(folder, 'file'), '');
  const convertModel = memoizeConversions(
    convertCachedWith(async () => ({ convert, verify })),
    () => ({ folder: path.join(folder, 'file'), version: '1' }),
  );
  expect(await convertsAgain({}, convertModel)).toBe(true);
});

it('converts once for concurrent requests', async () => {
  const convertModel = newProcess();
  const [first, second] = await Promise.all([convertModel(model, {}), convertModel(model, {})]);
  expect(first).toBe(second);
  expect(conversions).toBe(1);
});

it('returns weights in an unshared buffer', async () => {
  const { bin } = await newProcess()(model, {});
  expect(bin.buffer.byteLength).toBe(7);
  const cached = await newProcess()(model, {});
  expect(cached.bin.buffer.byteLength).toBe(7);
});

it('reads a plus as two files unless a file has that name', () => {
  expect(namedFiles('/a/net.prototxt+net.caffemodel')).toEqual(['/a/net.prototxt', '/a/net.caffemodel']);
  const file = path.join(folder, 'a+b.onnx');
  writeFileSync(file, '');
  expect(namedFiles(file)).toEqual([file]);
});

it('verifies a result on request and caches only correct ones', async () => {
  const refusal = await newProcess()(model, { verify: true }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ diagnostics: [{ code: 'batch-assumed-one' }, { code: 'result-differs' }] });
  await expect(newProcess()(model, { verify: true })).rejects.toThrow();
  expect(conversions).toBe(2);
  expect(await convertsAgain({ verify: { rtol: 1 } })).toBe(true);
  expect(await convertsAgain({ verify: { rtol: 1 } })).toBe(false);
  expect(await convertsAgain({ verify: false })).toBe(true);
});
