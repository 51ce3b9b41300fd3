import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type FileWatcher, watchFiles } from './watchFiles.ts';

let folder = '';
let watcher: FileWatcher;
const at = (name: string): string => path.join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-watch-'));
  writeFileSync(at('a'), 'a');
  writeFileSync(at('b'), 'b');
  watcher = watchFiles();
  watcher.follow([at('a'), at('b'), at('c')]);
  // The first check of a file happens a moment after it is added.
  await sleep(300);
});
afterEach(() => {
  watcher.close();
  rmSync(folder, { recursive: true });
});

it('reports files that change within a short time together', async () => {
  writeFileSync(at('a'), 'a second time');
  writeFileSync(at('b'), 'b second time');
  expect(await watcher.changed()).toEqual(new Set([at('a'), at('b')]));
});

it('reports a new file', async () => {
  const changed = watcher.changed();
  writeFileSync(at('other'), 'c');
  renameSync(at('other'), at('c'));
  expect(await changed).toEqual(new Set([at('c')]));
});

it('reports a change made before the call', async () => {
  writeFileSync(at('a'), 'a second time');
  await sleep(600);
  expect(await watcher.changed()).toEqual(new Set([at('a')]));
});
