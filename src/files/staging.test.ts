import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EmittedFile } from '../emit/artifact.ts';
import { commit, discard, stageAtOnce } from './staging.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'staging-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = (name: string, ...pieces: readonly number[][]): EmittedFile => ({
  name,
  chunks: () => pieces.map((piece) => Uint8Array.from(piece)),
});

describe('stage and commit', () => {
  it('renames files only at commit', () => {
    const target = path.join(folder, 'deep/er');
    const staged = stageAtOnce(target, [file('a.bin', [1, 2], [], [3])]);
    expect(existsSync(path.join(target, 'a.bin'))).toBe(false);
    commit(staged);
    expect(readdirSync(target)).toEqual(['a.bin']);
    expect([...readFileSync(path.join(target, 'a.bin'))]).toEqual([1, 2, 3]);
    expect(staged.map(({ path: name, size }) => [path.basename(name), size])).toEqual([['a.bin', 3]]);
  });

  it('writes more pieces than one call takes', () => {
    const pieces = Array.from({ length: 3000 }, (_, index) => [index & 255]);
    const staged = stageAtOnce(folder, [file('many', ...pieces)]);
    commit(staged);
    expect([...readFileSync(path.join(folder, 'many'))]).toEqual(pieces.flat());
  });

  it('writes an empty file', () => {
    commit(stageAtOnce(folder, [file('empty')]));
    expect(readFileSync(path.join(folder, 'empty'))).toHaveLength(0);
  });

  it('replaces an older file', () => {
    writeFileSync(path.join(folder, 'a'), 'older and longer');
    commit(stageAtOnce(folder, [file('a', [65])]));
    expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('A');
  });

  it('leaves nothing when it is discarded', () => {
    discard(stageAtOnce(folder, [file('a', [1]), file('b', [2])]));
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves no files when a form fails and rethrows the error', () => {
    const broken: EmittedFile = {
      name: 'b',
      chunks: function* () {
        yield Uint8Array.of(1);
        throw new RangeError('no such weight');
      },
    };
    expect(() => stageAtOnce(folder, [file('a', [1]), broken])).toThrow('no such weight');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('keeps the whole older set when a file cannot be replaced', () => {
    writeFileSync(path.join(folder, 'a'), 'old');
    mkdirSync(path.join(folder, 'c'));
    const staged = stageAtOnce(folder, [file('a', [1]), file('b', [2]), file('c', [3])]);
    expect(() => commit(staged)).toThrow('a folder has its name');
    expect(readdirSync(folder).sort()).toEqual(['a', 'c']);
    expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('old');
  });

  it('leaves no backup of a file that cannot be replaced', () => {
    writeFileSync(path.join(folder, 'a'), 'old');
    const staged = stageAtOnce(folder, [file('a', [1])]);
    discard(staged);
    expect(() => commit(staged)).toThrow('the result cannot be written');
    expect(readdirSync(folder)).toEqual(['a']);
    expect(readFileSync(path.join(folder, 'a'), 'utf8')).toBe('old');
  });

  it('does not wait for a process that was killed while renaming', () => {
    const lock = path.join(folder, '.unplugin-ncnn.lock');
    mkdirSync(lock);
    utimesSync(lock, 0, 0);
    commit(stageAtOnce(folder, [file('a', [1])]));
    expect(readdirSync(folder)).toEqual(['a']);
  });

  it('replaces a link by a result without touching its target', () => {
    const outside = mkdtempSync(path.join(tmpdir(), 'staging-'));
    writeFileSync(path.join(outside, 'precious'), 'as it was');
    symlinkSync(path.join(outside, 'precious'), path.join(folder, 'a'));
    commit(stageAtOnce(folder, [file('a', [1])]));
    expect(readFileSync(path.join(outside, 'precious'), 'utf8')).toBe('as it was');
    expect([...readFileSync(path.join(folder, 'a'))]).toEqual([1]);
    rmSync(outside, { recursive: true });
  });

  it('reports that the folder is a file', () => {
    writeFileSync(path.join(folder, 'out'), '');
    expect(() => stageAtOnce(path.join(folder, 'out'), [file('a', [1])])).toThrow('a file has the name of the folder');
  });
});

it.runIf(process.platform === 'linux')('reports a folder that cannot be created', () => {
  expect(() => stageAtOnce('/proc/there/is/none', [])).toThrow('the result cannot be written');
});
