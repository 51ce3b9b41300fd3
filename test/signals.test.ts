/** Checks that signals end the command line tool, run as a separate process, quickly and without partial files. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'tsdown';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { onnxFile, type TestModel } from './onnxFile.ts';

/** A net of consecutive layers. */
const chain = (length: number): TestModel => ({
  nodes: Array.from({ length }, (_, index) => ({ type: 'Sigmoid', inputs: [`t${index}`], outputs: [`t${index + 1}`] })),
  inputs: { t0: [1, 8] },
  outputs: { [`t${length}`]: [1, 8] },
});

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
let folder = '';

beforeAll(async () => {
  mkdirSync(path.join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(path.join(root, '.cache/signals-'));
  await build({
    entry: { cli: path.join(root, 'src/cli.ts'), worker: path.join(root, 'src/project/workers/worker.ts') },
    outDir: path.join(folder, 'dist'),
    cwd: root,
    config: false,
    dts: false,
    platform: 'node',
    logLevel: 'error',
    define: { __BUILD__: '"test"' },
  });
  // The first takes seconds to write as text and to verify, the second to lay out.
  const { writeResnet50 } = await import(new URL('../scripts/bench/resnet50.mjs', import.meta.url).href);
  writeResnet50(path.join(folder, 'net.onnx'));
  writeFileSync(path.join(folder, 'chain.onnx'), onnxFile(chain(5000)));
  mkdirSync(path.join(folder, 'src'));
  writeFileSync(path.join(folder, 'src/main.js'), "import '../net.onnx?ncnn';");
  writeFileSync(path.join(folder, 'ncnn.config.json'), '{ "cache": "out", "verify": true }');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => rmSync(path.join(folder, 'out'), { recursive: true, force: true }));

const written = (): readonly string[] => (existsSync(path.join(folder, 'out')) ? readdirSync(path.join(folder, 'out')) : []);

/** Runs a command, sends it a signal when `moment` resolves, and returns how it ended and after how many milliseconds. */
async function interrupt(
  words: readonly string[],
  signal: NodeJS.Signals,
  moment: () => Promise<unknown>,
): Promise<{ readonly endedBy: unknown; readonly elapsedMs: number }> {
  const child = spawn(process.execPath, [path.join(folder, 'dist/cli.mjs'), ...words], { cwd: folder, stdio: 'ignore' });
  const ended = new Promise((resolve) => child.on('exit', (code, by) => resolve(by ?? code)));
  await moment();
  const began = performance.now();
  child.kill(signal);
  return { endedBy: await ended, elapsedMs: performance.now() - began };
}

const commands = {
  convert: ['convert', 'net.onnx', '-o', 'out', '--emit', 'c,module'],
  'convert --verify': ['convert', 'net.onnx', '-o', 'out', '--verify'],
  verify: ['verify', 'net.onnx'],
  report: ['report', 'chain.onnx', '-o', 'out/chain.html'],
  types: ['types', 'src', '-o', 'out/ncnn.d.ts'],
};

describe.skipIf(process.platform === 'win32').each(Object.entries(commands))('%s', (_, words) => {
  it.each([
    ['SIGTERM', 100],
    ['SIGINT', 300],
    ['SIGTERM', 600],
    ['SIGINT', 900],
  ] as const)('is ended by %s after %i ms', async (signal, delayMs) => {
    const { endedBy, elapsedMs } = await interrupt(words, signal, () => sleep(delayMs));
    expect(endedBy).toBe(signal);
    expect(elapsedMs).toBeLessThan(1000);
    expect(written()).toEqual([]);
  });
});

it.skipIf(process.platform === 'win32').each(['SIGINT', 'SIGTERM'] as const)('%s ends it while it writes', async (signal) => {
  const staged = async (): Promise<void> => {
    while (written().length === 0) await sleep(2);
    await sleep(100);
  };
  const { endedBy, elapsedMs } = await interrupt(commands.convert, signal, staged);
  expect(endedBy).toBe(signal);
  expect(elapsedMs).toBeLessThan(1000);
  expect(written()).toEqual([]);
});
