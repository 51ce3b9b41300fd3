import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { explained } from '../failure.ts';
import type { LoadProgress } from '../session/types.ts';
import { loadNcnn } from './loadNcnn.ts';

const load: typeof loadNcnn = (source, options) => explained(() => loadNcnn(source, options));

/** The smallest module. */
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);

/** Another URL for each test, because compiled code is kept. */
let url = '';
let tests = 0;
beforeEach(() => {
  tests++;
  url = `https://page.test/${tests}/ncnn.wasm`;
});
afterEach(() => vi.unstubAllGlobals());

function answer(body: BodyInit | null, init: ResponseInit = {}): void {
  vi.stubGlobal('fetch', async () => new Response(body, init));
}

describe('load', () => {
  it.each(['application/wasm', 'application/octet-stream', 'text/plain'])('compiles a response served as %s', async (type) => {
    answer(empty, { headers: { 'content-type': type } });
    await expect(load(url, {})).resolves.toMatchObject({ memory: expect.any(Function) });
  });

  it('fetches and compiles a URL once', async () => {
    const fetch = vi.fn(async () => new Response(empty, { headers: { 'content-type': 'application/wasm' } }));
    vi.stubGlobal('fetch', fetch);
    await load(url, {});
    await load(url, {});
    expect(fetch).toHaveBeenCalledTimes(1);
  });

  it('takes bytes, a compiled module and a module of Emscripten', async () => {
    const sources = [empty, new WebAssembly.Module(empty), { HEAPU8: new Uint8Array(8) }];
    for (const source of sources) await expect(load(source, {})).resolves.toMatchObject({ memory: expect.any(Function) });
  });

  it('reports progress against the Content-Length total', async () => {
    answer(empty, { headers: { 'content-type': 'application/wasm', 'content-length': '8' } });
    const seen: LoadProgress[] = [];
    await load(url, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ file: 'wasm', loaded: 8, total: 8 });
  });

  it('reports no total for a compressed response', async () => {
    // `fetch` has decompressed the body already.
    answer(empty, { headers: { 'content-type': 'application/wasm', 'content-length': '5', 'content-encoding': 'gzip' } });
    const seen: LoadProgress[] = [];
    await load(url, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ file: 'wasm', loaded: 8 });
  });

  it('reports the progress of a file', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'load-')), 'ncnn.wasm');
    writeFileSync(file, empty);
    const seen: LoadProgress[] = [];
    await load(pathToFileURL(file).href, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ file: 'wasm', loaded: 8, total: 8 });
    rmSync(path.dirname(file), { recursive: true });
  });
});

describe('errors', () => {
  it.each<[string, BodyInit, ResponseInit, RegExp]>([
    [
      'a page',
      '<!doctype html>',
      { headers: { 'content-type': 'text/html; charset=utf-8' } },
      /ncnn\.wasm is not ncnn\.wasm: HTTP 200, text\/html/,
    ],
    ['a missing file', '', { status: 404, headers: { 'content-type': 'text/plain' } }, /HTTP 404, text\/plain.*Serve ncnn\.wasm there/],
    ['other bytes', 'no wasm', { headers: { 'content-type': 'application/wasm' } }, /cannot be compiled as WebAssembly/],
  ])('names %s', async (_, body, init, message) => {
    for (const options of [{}, { onProgress: () => {} }]) {
      answer(body, init);
      const expected = { name: 'SessionError', code: 'wasm', message: expect.stringMatching(message) };
      await expect(load(url, options)).rejects.toMatchObject(expected);
    }
  });

  it('names bytes that are not WebAssembly', async () => {
    const message = expect.stringMatching(/^The wasm cannot be compiled as WebAssembly: CompileError/);
    await expect(load(Uint8Array.of(60, 33), {})).rejects.toMatchObject({ code: 'wasm', message });
  });

  it('names a server that cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('fetch failed');
    });
    await expect(load(url, {})).rejects.toMatchObject({
      code: 'wasm',
      message: expect.stringContaining('cannot be fetched: TypeError'),
    });
  });

  it('names a missing file', async () => {
    await expect(load('file:///nowhere/ncnn.wasm', {})).rejects.toMatchObject({
      code: 'wasm',
      message: expect.stringContaining('cannot be read'),
    });
  });

  it('rejects with the reason of the abort signal', async () => {
    const reason = new Error('left');
    const leaving = new AbortController();
    vi.stubGlobal('fetch', async (_url: string, { signal }: RequestInit) => {
      leaving.abort(reason);
      signal?.throwIfAborted();
    });
    await expect(load(url, { signal: leaving.signal })).rejects.toBe(reason);
  });
});
