import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { convert, verify } from '../../api.ts';
import { cachedFirst } from './cachedFirst.ts';
import { type ConvertRequest, convertCachedWith } from './convertCached.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-first-'));
  writeFileSync(path.join(folder, 'net.param'), '7767517\n2 2\nInput x 0 1 x 0=4\nReLU y 1 1 x y\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('reads the cache on the main thread and leaves misses to the workers', async () => {
  const convertCached = convertCachedWith(async () => ({ convert, verify }));
  let calls = 0;
  const first = cachedFirst((request, onStage) => {
    calls++;
    return convertCached(request, onStage);
  });
  const request: ConvertRequest = {
    file: path.join(folder, 'net.param'),
    options: {},
    key: 'net',
    cache: { folder: path.join(folder, 'cache'), version: '1' },
  };
  const converted = await first(request);
  expect((await first(request)).model).toEqual(converted.model);
  expect(calls).toBe(1);
  writeFileSync(request.file, '7767517\n2 2\nInput x 0 1 x 0=4\nSigmoid y 1 1 x y\n');
  expect((await first(request)).model.param).toContain('Sigmoid');
  expect(calls).toBe(2);
  await first({ ...request, options: { optimize: false }, key: 'other' });
  expect(calls).toBe(3);
});
