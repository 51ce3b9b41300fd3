import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeChanged } from './writeChanged.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'changed-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (...pieces: readonly string[]): void =>
  writeChanged(folder, [{ name: 'a', chunks: () => pieces.map((piece) => Buffer.from(piece)) }]);

it('keeps a file with the same contents', () => {
  write('one', 'two');
  utimesSync(path.join(folder, 'a'), 1, 1);
  write('onet', '', 'wo');
  expect(statSync(path.join(folder, 'a')).mtimeMs).toBe(1000);
  expect(readdirSync(folder)).toEqual(['a']);
});

it.each(['onetw', 'onetwoo', 'onetwO', ''])('replaces contents that differ by "%s"', (text) => {
  write('one', 'two');
  write(text);
  expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe(text);
});
