import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NcnnError } from '../../diagnostics/diagnostic.ts';
import type { CachedConversion, ConvertCached, ConvertRequest } from '../conversion/convertCached.ts';
import { convertInWorkers } from './pool.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-workers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A worker that does what the file of a request says; its results contain the thread and the start time. */
function script(): URL {
  const file = path.join(folder, 'worker.mjs');
  const text = `import { parentPort, threadId } from 'node:worker_threads';
const diagnostic = { code: 'file-missing', severity: 'error', message: 'gone', hint: 'look', place: {} };
parentPort.on('message', async ({ file, options }) => {
  if (file === 'exit') process.exit(3);
  if (file === 'memory') for (const kept = []; ; ) kept.push({ value: [kept.length] });
  if (file === 'throw') setTimeout(() => { throw new Error('thrown'); });
  else if (file === 'fail') parentPort.postMessage({ kind: 'failed', diagnostics: [diagnostic] });
  else {
    parentPort.postMessage({ kind: 'stage', stage: 'fold' });
    const began = Date.now();
    await new Promise((resolve) => setTimeout(resolve, file === 'slow' ? 300 : 0));
    parentPort.postMessage({ kind: 'converted', conversion: { model: { thread: threadId, began, options }, isStable: true } });
  }
});
parentPort.postMessage({ kind: 'ready' });
`;
  writeFileSync(file, text);
  return pathToFileURL(file);
}

const request = (file: string): ConvertRequest => ({ file, options: { const: { n: 1n } }, key: file });
const runOf = ({ model }: CachedConversion): { readonly thread: number; readonly began: number } => ({
  thread: Number(Reflect.get(model, 'thread')),
  began: Number(Reflect.get(model, 'began')),
});
const convertHere: ConvertCached = async () => {
  throw new Error('converted here');
};

it('converts in a reusable worker and reports the stages', async () => {
  const convert = convertInWorkers(script(), convertHere, { size: 1 });
  const stages: string[] = [];
  const first = await convert(request('a'), (stage) => stages.push(stage));
  expect(stages).toEqual(['fold']);
  expect(Reflect.get(first.model, 'options')).toEqual({ const: { n: 1n } });
  expect(runOf(await convert(request('b'))).thread).toBe(runOf(first).thread);
});

it('converts several models concurrently and queues the others', async () => {
  const convert = convertInWorkers(script(), convertHere, { size: 2 });
  const runs = (await Promise.all(['slow', 'slow', 'slow', 'slow'].map((file) => convert(request(file))))).map(runOf);
  expect(new Set(runs.map(({ thread }) => thread)).size).toBe(2);
  const [first = 0, , third = 0] = runs.map(({ began }) => began).sort();
  expect(third - first).toBeGreaterThanOrEqual(290);
});

it('passes on the diagnostics of a failed conversion', async () => {
  const convert = convertInWorkers(script(), convertHere, { size: 1 });
  const error = await convert(request('fail')).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(NcnnError);
  expect(error).toMatchObject({ diagnostics: [{ code: 'file-missing', hint: 'look' }] });
});

it.each(['exit', 'throw'])('continues with another worker when one exits early (%s)', async (how) => {
  const convert = convertInWorkers(script(), convertHere, { size: 1 });
  const results = await Promise.allSettled([convert(request('a')), convert(request(how)), convert(request('b'))]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it.each([
  ['is absent', undefined, 'converted here'],
  ['lacks a module', "import 'no-such-package'", 'converted here'],
  ['throws', 'throw new Error("a fault")', 'a fault'],
])('when the script %s', async (_, text, message) => {
  const file = script();
  if (text === undefined) rmSync(file);
  else writeFileSync(file, text);
  const convert = convertInWorkers(file, convertHere, { size: 1 });
  for (const result of await Promise.allSettled([convert(request('a')), convert(request('b')), convert(request('c'))])) {
    expect(result).toMatchObject({ status: 'rejected', reason: { message } });
  }
});

it('replaces a worker that exceeds the time limit', async () => {
  const convert = convertInWorkers(script(), convertHere, { size: 1, timeLimit: (file) => (file === 'slow' ? 50 : 60_000) });
  const error = await convert(request('slow')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ diagnostics: [{ code: 'limit-exceeded', place: { file: 'slow' } }] });
  expect((await convert(request('a'))).isStable).toBe(true);
});

it('replaces a worker that runs out of memory', { timeout: 60_000 }, async () => {
  const convert = convertInWorkers(script(), convertHere, { size: 1, maxHeapMb: 64 });
  const error = await convert(request('memory')).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({
    diagnostics: [{ code: 'limit-exceeded', message: expect.stringContaining('more than 64 MiB of memory') }],
  });
  expect((await convert(request('a'))).isStable).toBe(true);
});
