/** Checks that results are written completely or not at all, with the command line tool as a separate process. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onnxFile, type TestModel } from './onnxFile.ts';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
let workshop = '';
let program = '';
let folder = '';
let count = 0;

beforeAll(async () => {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  workshop = mkdtempSync(path.join(root, '.cache/whole-'));
  const settings = { config: false, dts: false, platform: 'node', logLevel: 'error' } as const;
  await build({ ...settings, entry: [path.join(root, 'src/cli.ts')], outDir: path.join(workshop, 'dist'), cwd: root });
  program = path.join(workshop, 'dist/cli.mjs');
}, 60_000);
afterAll(() => rmSync(workshop, { recursive: true, force: true }));
beforeEach(() => {
  folder = path.join(workshop, String(count++));
  mkdirSync(folder);
});

/** A net with a fully connected layer of `size` by `size` weights. */
const dense = (size: number, value: number): TestModel => ({
  nodes: [{ type: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] }],
  inputs: { x: [1, size] },
  outputs: { y: [1, size] },
  weights: { w: { dims: [size, size], values: Array.from({ length: size * size }, () => value) } },
});

const put = (name: string, model: TestModel): void => {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), onnxFile(model));
};
const results = (directory = 'out'): Map<string, string> =>
  new Map(
    readdirSync(path.join(folder, directory), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => [name, readFileSync(path.join(folder, directory, name), 'hex')]),
  );
const everyForm = 'param,bin,param.bin,id.h,mem.h,json,module,dts';

describe('a conversion', () => {
  it.skipIf(process.platform === 'win32')('without room keeps the older files and reports it', () => {
    put('net.onnx', dense(8, 1));
    expect(spawnSync(process.execPath, [program, 'convert', 'net.onnx', '-o', 'out'], { cwd: folder }).status).toBe(0);
    const before = results();
    put('net.onnx', dense(128, 2));
    // No file may grow beyond 16 KiB, as on a full disk.
    const words = ['-c', 'ulimit -f 16 && exec "$@"', 'sh', process.execPath, program, 'convert', 'net.onnx', '-o', 'out'];
    const { status, stderr } = spawnSync('bash', words, { cwd: folder, encoding: 'utf8' });
    expect(stderr).toContain('output-unwritable');
    expect(stderr).toContain('fix: ');
    expect(status).toBe(1);
    expect(results()).toEqual(before);
  });

  it.skipIf(process.platform === 'win32')('that is interrupted leaves no partial files', async () => {
    for (let number = 0; number < 12; number++) put(`net${number}.onnx`, dense(256, number + 1));
    const models = Array.from({ length: 12 }, (_, number) => `net${number}.onnx`);
    const child = spawn(process.execPath, [program, 'convert', ...models, '-o', 'out', '--emit', everyForm], { cwd: folder });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    for (let staged = 0; staged === 0; ) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      staged = readdirSync(folder).includes('out') ? readdirSync(path.join(folder, 'out')).length : 0;
    }
    child.kill('SIGTERM');
    expect(await ended).toBe('SIGTERM');
    expect(readdirSync(path.join(folder, 'out'))).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')('that is killed keeps the older files and is cleaned up later', async () => {
    const models = Array.from({ length: 12 }, (_, number) => `net${number}.onnx`);
    const words = [program, 'convert', ...models, '-o', 'out', '--emit', everyForm];
    for (const [number, name] of models.entries()) put(name, dense(8, number + 1));
    expect(spawnSync(process.execPath, words, { cwd: folder }).status).toBe(0);
    const before = results();
    for (const [number, name] of models.entries()) put(name, dense(256, number + 2));
    const child = spawn(process.execPath, words, { cwd: folder });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
    const begun = (): string[] => readdirSync(path.join(folder, 'out')).filter((name) => name.endsWith('.tmp'));
    while (begun().length < 3) await new Promise((resolve) => setTimeout(resolve, 2));
    child.kill('SIGKILL');
    expect(await ended).toBe('SIGKILL');
    expect(begun().length).toBeGreaterThan(0);
    expect(new Map([...results()].filter(([name]) => !name.endsWith('.tmp')))).toEqual(before);

    const old = new Date(Date.now() - 7_200_000);
    for (const name of begun()) utimesSync(path.join(folder, 'out', name), old, old);
    expect(spawnSync(process.execPath, words, { cwd: folder }).status).toBe(0);
    expect([...results().keys()].sort()).toEqual([...before.keys()].sort());
  });

  it.skipIf(process.platform === 'win32').each([
    [2, 1],
    [5, 3],
  ])('that is killed before rename %i is completed by the next one', (rename, changed) => {
    // A file that is loaded into every thread before the program: it kills the process in place of the rename.
    const killer = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
      const rename = fs.renameSync; let count = 0;
      fs.renameSync = (from, to) => {
        if (!to.endsWith('.journal') && ++count === ${rename}) process.kill(process.pid, 'SIGKILL');
        return rename(from, to);
      };
      syncBuiltinESMExports();`;
    writeFileSync(path.join(folder, 'kill.mjs'), killer);
    const words = ['convert', 'net.onnx', '-o', 'out', '--emit', 'param,json,bin,param.bin,id.h'];
    put('net.onnx', dense(8, 1));
    put('other.onnx', dense(8, 1));
    expect(spawnSync(process.execPath, [program, ...words], { cwd: folder }).status).toBe(0);
    const before = results();
    put('net.onnx', dense(16, 2));
    expect(spawnSync(process.execPath, [program, ...words.with(3, 'whole')], { cwd: folder }).status).toBe(0);
    const expected = results('whole');
    expect(spawnSync(process.execPath, ['--import', './kill.mjs', program, ...words], { cwd: folder }).signal).toBe('SIGKILL');
    const old = new Date(Date.now() - 60_000);
    utimesSync(path.join(folder, 'out/.unplugin-ncnn.lock'), old, old);
    const actual = results();
    // The manifest changes last, and no file is incomplete.
    expect(actual.get('net.ncnn.json')).toBe(before.get('net.ncnn.json'));
    for (const [name, bytes] of before) expect([bytes, expected.get(name)]).toContain(actual.get(name));
    expect([...before].filter(([name, bytes]) => actual.get(name) !== bytes)).toHaveLength(changed);

    expect(spawnSync(process.execPath, [program, 'convert', 'other.onnx', '-o', 'out', '--emit', 'param'], { cwd: folder }).status).toBe(0);
    for (const [name, bytes] of expected) expect(results().get(name)).toBe(bytes);
  });

  it('on a full disk keeps the older files', ({ skip }) => {
    const out = path.join(folder, 'out');
    mkdirSync(out);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', out]).status === 0;
    skip(!mounted, 'only the administrator of a Linux may mount a small disk');
    try {
      const words = [program, 'convert', 'net.onnx', '-o', 'out'];
      put('net.onnx', dense(8, 1));
      expect(spawnSync(process.execPath, words, { cwd: folder }).status).toBe(0);
      const before = results();
      put('net.onnx', dense(256, 2));
      const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8' });
      expect(stderr).toContain('the disk is full');
      expect(status).toBe(1);
      expect(results()).toEqual(before);
    } finally {
      spawnSync('umount', [out]);
    }
  });

  it('concurrent with others in the same folder leaves one complete set', async () => {
    const writers = [1, 2, 3, 4];
    for (const value of writers) put(`${value}/net.onnx`, dense(16, value));
    const sets = writers.map((value) => {
      spawnSync(process.execPath, [program, 'convert', `${value}/net.onnx`, '-o', `alone${value}`, '--emit', everyForm], { cwd: folder });
      return results(`alone${value}`);
    });
    const codes = await Promise.all(
      writers.map((value) => {
        const child = spawn(process.execPath, [program, 'convert', `${value}/net.onnx`, '-o', 'out', '--emit', everyForm], { cwd: folder });
        return new Promise((resolve) => child.on('exit', resolve));
      }),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    expect(sets[0]?.size).toBe(8);
    expect(sets).toContainEqual(results());
  });

  it('gives the same bytes from another folder, in another order and time zone', () => {
    put('here/net.onnx', dense(16, 0.5));
    put('some where/else/net.onnx', dense(16, 0.5));
    const run = (directory: string, env: NodeJS.ProcessEnv): Map<string, string> => {
      const words = [program, 'convert', 'net.onnx', '-o', 'out', '--emit', everyForm, '--shape', 'x=1,16'];
      expect(spawnSync(process.execPath, words, { cwd: path.join(folder, directory), env: { ...process.env, ...env } }).status).toBe(0);
      return results(`${directory}/out`);
    };
    const first = run('here', { TZ: 'UTC', LANG: 'C' });
    expect([...first.keys()].sort()).toEqual(
      ['net.bin', 'net.d.mts', 'net.id.h', 'net.mem.h', 'net.mjs', 'net.ncnn.json', 'net.param', 'net.param.bin'].sort(),
    );
    expect(run('some where/else', { TZ: 'Asia/Tokyo', LANG: 'tr_TR.UTF-8' })).toEqual(first);
  });
});
