import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identity, realPath } from './paths.ts';

let folder = '';
beforeEach(() => {
  folder = realPath(mkdtempSync(path.join(tmpdir(), 'paths-')));
  symlinkSync(folder, path.join(folder, 'link'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('follows links in the folder of a file, also for a missing file', () => {
  expect(identity(path.join(folder, 'link/none/x'))).toBe(identity(path.join(folder, 'none/x')));
  expect(realPath(path.join(folder, 'link/none/x'))).toBe(path.join(folder, 'none/x'));
});

it('resolves dots', () => {
  expect(identity(path.join(folder, 'a/../b'))).toBe(identity(path.join(folder, 'b')));
});

it('keeps a cyclic link', () => {
  symlinkSync(path.join(folder, 'loop'), path.join(folder, 'loop'));
  expect(realPath(path.join(folder, 'loop/x'))).toBe(path.join(folder, 'loop/x'));
});
