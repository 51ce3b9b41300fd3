import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { removeOwnTemporaries, removeStaleTemporaries, temporaryIn } from './temporaries.ts';

const others = { fresh: '.unplugin-ncnn-1-000000000000000000.tmp', stale: '.unplugin-ncnn-1-111111111111111111.tmp', foreign: 'a.tmp' };
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'temporaries-'));
  for (const name of Object.values(others)) writeFileSync(path.join(folder, name), '');
  utimesSync(path.join(folder, others.stale), 0, 0);
  writeFileSync(temporaryIn(folder), '');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('removes the files of this process only', () => {
  removeOwnTemporaries(folder);
  expect(readdirSync(folder).sort()).toEqual(Object.values(others).sort());
});

it('removes the files of a killed process', () => {
  removeStaleTemporaries(folder);
  expect(readdirSync(folder)).toHaveLength(3);
  expect(readdirSync(folder)).not.toContain(others.stale);
});

it('finds nothing in a missing folder', () => {
  expect(() => removeOwnTemporaries(path.join(folder, 'none'))).not.toThrow();
});
