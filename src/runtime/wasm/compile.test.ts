import { afterEach, describe, expect, it, vi } from 'vitest';
import { explained } from '../failure.ts';
import type { LoadProgress } from '../session/types.ts';
import { compile as compileUnexplained } from './compile.ts';

const compile: typeof compileUnexplained = (source, options) => explained(() => compileUnexplained(source, options));

/** The smallest module. */
const empty = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
const url = 'https://page.test/ncnn.wasm';

afterEach(() => vi.unstubAllGlobals());

function answer(body: BodyInit | null, init: ResponseInit = {}): void {
  vi.stubGlobal('fetch', async () => new Response(body, init));
}

describe('compile', () => {
  it.each(['application/wasm', 'application/octet-stream', 'text/plain'])('compiles a response served as %s', async (type) => {
    answer(empty, { headers: { 'content-type': type } });
    expect(await compile(url, {})).toBeInstanceOf(WebAssembly.Module);
  });

  it('compiles bytes', async () => {
    expect(await compile(empty, {})).toBeInstanceOf(WebAssembly.Module);
  });

  it('reports progress against the Content-Length total', async () => {
    answer(empty, { headers: { 'content-type': 'application/wasm', 'content-length': '8' } });
    const seen: LoadProgress[] = [];
    await compile(url, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ file: 'wasm', loaded: 8, total: 8 });
  });

  it('reports no total for a compressed response', async () => {
    // `fetch` has decompressed the body already.
    answer(empty, { headers: { 'content-type': 'application/wasm', 'content-length': '5', 'content-encoding': 'gzip' } });
    const seen: LoadProgress[] = [];
    await compile(url, { onProgress: (progress) => seen.push(progress) });
    expect(seen.at(-1)).toEqual({ file: 'wasm', loaded: 8 });
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
    answer(body, init);
    await expect(compile(url, {})).rejects.toMatchObject({ name: 'SessionError', code: 'wasm', message: expect.stringMatching(message) });
  });

  it('names a server that cannot be reached', async () => {
    vi.stubGlobal('fetch', async () => {
      throw new TypeError('fetch failed');
    });
    await expect(compile(url, {})).rejects.toMatchObject({
      code: 'wasm',
      message: expect.stringContaining('cannot be fetched: TypeError'),
    });
  });

  it('names a missing file', async () => {
    await expect(compile('file:///nowhere/ncnn.wasm', {})).rejects.toMatchObject({
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
    await expect(compile(url, { signal: leaving.signal })).rejects.toBe(reason);
  });
});
