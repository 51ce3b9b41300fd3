import { mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { convert } from '../../api.ts';
import { type ConvertedModel, toConvertedModel } from './convertedModel.ts';
import { type DiskCache, openDiskCache } from './diskCache.ts';

let folder = '';
let model: ConvertedModel;
const file = (): string => path.join(folder, 'net.param');
const cacheFolder = (): string => path.join(folder, 'cache');
const entries = (): readonly string[] => readdirSync(cacheFolder());
const bytes = (): number => entries().reduce((sum, name) => sum + statSync(path.join(cacheFolder(), name)).size, 0);

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-cache-'));
  writeFileSync(file(), '7767517\n2 2\nInput x 0 1 x 0=4\nInnerProduct y 1 1 x y 0=2 2=8\n');
  writeFileSync(path.join(folder, 'net.bin'), new Uint8Array(4 + 4 * 8));
  model = toConvertedModel(await convert(file()));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Writes an entry with a last use this number of seconds ago. */
function write(cache: DiskCache, key: string, secondsAgo: number): void {
  const before = new Set(entriesIfAny());
  cache.write(file(), key, model);
  const time = new Date(Date.now() - 1000 * secondsAgo);
  for (const name of entries()) if (!before.has(name)) utimesSync(path.join(cacheFolder(), name), time, time);
}

function entriesIfAny(): readonly string[] {
  return readdirSync(folder).includes('cache') ? entries() : [];
}

it('holds no more bytes than the limit, however many variations are requested', () => {
  openDiskCache(cacheFolder(), '1').write(file(), 'first', model);
  const maxBytes = 10.5 * bytes();
  const cache = openDiskCache(cacheFolder(), '1', maxBytes);
  for (let index = 0; index < 600; index++) cache.write(file(), `shape=x:${100 + index}`, model);
  expect(bytes()).toBeLessThanOrEqual(maxBytes);
  expect(entries()).toHaveLength(10);
});

it('drops the least recently used entries', () => {
  openDiskCache(cacheFolder(), '1').write(file(), 'x', model);
  const cache = openDiskCache(cacheFolder(), '1', 2.5 * bytes());
  rmSync(cacheFolder(), { recursive: true });
  write(cache, 'a', 300);
  write(cache, 'b', 200);
  // Reading counts as a use.
  expect(cache.read(file(), 'a')).toBeDefined();
  write(cache, 'c', 100);
  expect(['a', 'b', 'c'].map((key) => cache.read(file(), key) !== undefined)).toEqual([true, false, true]);
});

it('stores nothing larger than the limit', () => {
  openDiskCache(cacheFolder(), '1', model.bin.byteLength - 1).write(file(), 'x', model);
  expect(entriesIfAny()).toEqual([]);
});

it('removes results of other versions and leftovers of killed processes', () => {
  openDiskCache(cacheFolder(), '1').write(file(), 'x', model);
  const abandoned = path.join(cacheFolder(), '.unplugin-ncnn-1-0123456789abcdef01.tmp');
  writeFileSync(abandoned, 'half');
  utimesSync(abandoned, new Date(0), new Date(0));
  openDiskCache(cacheFolder(), '2').write(file(), 'x', model);
  expect(entries()).toHaveLength(1);
  expect(openDiskCache(cacheFolder(), '2').read(file(), 'x')).toBeDefined();
  expect(openDiskCache(cacheFolder(), '1').read(file(), 'x')).toBeUndefined();
});
