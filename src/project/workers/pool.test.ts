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
  folder = mkdtempSync(path.join(tmpdir(), 'ncnn-threads-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A script of threads that does as the file's name in a request says; as files it tells of itself and of when it began. */
function script(): URL {
  const file = path.join(folder, 'worker.mjs');
  const text = `import { parentPort, threadId } from 'node:worker_threads';
const diagnostic = { code: 'file-missing', severity: 'error', message: 'gone', hint: 'look', place: {} };
parentPort.on('message', async ({ file, options }) => {
  if (file === 'exit') process.exit(3);
  if (file === 'throw') setTimeout(() => { throw new Error('thrown'); });
  else if (file === 'refuse') parentPort.postMessage({ kind: 'refused', diagnostics: [diagnostic] });
  else if (file === 'break') parentPort.postMessage({ kind: 'broken', error: new TypeError('a fault') });
  else {
    parentPort.postMessage({ kind: 'stage', stage: 'fold' });
    const began = Date.now();
    await new Promise((resolve) => setTimeout(resolve, file === 'slow' ? 300 : 0));
    parentPort.postMessage({ kind: 'made', made: { model: { thread: threadId, began, options }, steady: true } });
  }
});
parentPort.postMessage({ kind: 'ready' });
`;
  writeFileSync(file, text);
  return pathToFileURL(file);
}

const request = (file: string): ConvertRequest => ({ file, options: { const: { n: 1n } }, key: file });
const told = ({ model }: CachedConversion): { readonly thread: number; readonly began: number } => ({
  thread: Number(Reflect.get(model, 'thread')),
  began: Number(Reflect.get(model, 'began')),
});
const never: ConvertCached = async () => {
  throw new Error('made here');
};

it('makes in a thread, tells the stages, and keeps the thread', async () => {
  const make = convertInWorkers(script(), never, { size: 1 });
  const stages: string[] = [];
  const first = await make(request('a'), (stage) => stages.push(stage));
  expect(stages).toEqual(['fold']);
  expect(Reflect.get(first.model, 'options')).toEqual({ const: { n: 1n } });
  expect(told(await make(request('b'))).thread).toBe(told(first).thread);
});

it('makes several at a time, and the others after them', async () => {
  const make = convertInWorkers(script(), never, { size: 2 });
  const made = (await Promise.all(['slow', 'slow', 'slow', 'slow'].map((file) => make(request(file))))).map(told);
  expect(new Set(made.map(({ thread }) => thread)).size).toBe(2);
  const [first = 0, , third = 0] = made.map(({ began }) => began).sort();
  expect(third - first).toBeGreaterThanOrEqual(290);
});

it('hands on what is wrong with a model, and faults', async () => {
  const make = convertInWorkers(script(), never, { size: 1 });
  const refusal = await make(request('refuse')).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(NcnnError);
  expect(refusal).toMatchObject({ diagnostics: [{ code: 'file-missing', hint: 'look' }] });
  await expect(make(request('break'))).rejects.toThrow(new TypeError('a fault'));
});

it.each(['exit', 'throw'])('goes on with another thread when one ends early (%s)', async (how) => {
  const make = convertInWorkers(script(), never, { size: 1 });
  const results = await Promise.allSettled([make(request('a')), make(request(how)), make(request('b'))]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it.each(['absent', 'broken'])('makes in the thread of the caller where the script is %s', async (state) => {
  const file = script();
  if (state === 'absent') rmSync(file);
  else writeFileSync(file, 'throw new Error("not here")');
  const make = convertInWorkers(file, never, { size: 1 });
  for (const result of await Promise.allSettled([make(request('a')), make(request('b'))])) {
    expect(result).toMatchObject({ status: 'rejected', reason: { message: 'made here' } });
  }
});
