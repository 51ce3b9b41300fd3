import { afterEach, describe, expect, it, vi } from 'vitest';
import { decodeBase64 } from './decodeBase64.ts';
import { fetchWeights } from './fetchWeights.ts';

afterEach(() => vi.unstubAllGlobals());

it.each([0, 1, 2, 3, 196607, 196608, 196609, 400001])('decodes %i bytes, across slices', (length) => {
  const bytes = Uint8Array.from({ length }, (_, index) => (index * 31) ^ (index >> 8));
  expect(Buffer.compare(decodeBase64(Buffer.from(bytes).toString('base64')), bytes)).toBe(0);
});

function answer(body: BodyInit, init: ResponseInit = {}): void {
  vi.stubGlobal('fetch', async () => new Response(body, init));
}

it('passes the given options to the request', async () => {
  const fetch = vi.fn(async () => new Response(Uint8Array.of(7, 8)));
  vi.stubGlobal('fetch', fetch);
  const init = { credentials: 'include' } as const;
  expect(await fetchWeights('https://a/net.bin', 2, init)).toEqual(Uint8Array.of(7, 8));
  expect(fetch).toHaveBeenCalledWith('https://a/net.bin', init);
});

it('uses the origin of the page, also in a worker started from a blob', async () => {
  const fetch = vi.fn(async () => new Response(Uint8Array.of(7, 8)));
  vi.stubGlobal('fetch', fetch);
  vi.stubGlobal('location', { origin: 'https://page.test' });
  await fetchWeights('/assets/net.bin', 2);
  await fetchWeights('//cdn.test/net.bin', 2);
  expect(fetch.mock.calls.map(([url]: readonly unknown[]) => url)).toEqual(['https://page.test/assets/net.bin', '//cdn.test/net.bin']);
});

describe('names the problem and the remedy', () => {
  const load = (init?: RequestInit): Promise<Uint8Array> => fetchWeights('https://a/net.bin', 2, init);

  it('rejects an error response', async () => {
    answer('', { status: 404, statusText: 'Not Found' });
    await expect(load()).rejects.toThrow(/https:\/\/a\/net\.bin cannot be fetched: HTTP 404 Not Found\. Deploy the \.bin/);
  });

  it('rejects an HTML page, even of the right length', async () => {
    for (const text of ['<!doctype html>', '<p']) {
      answer(text, { headers: { 'content-type': 'text/html; charset=utf-8' } });
      await expect(load()).rejects.toThrow(/are a page instead: HTTP 200, text\/html; charset=utf-8\..*Deploy/);
    }
  });

  it.each([1, 3])('rejects a response of %i bytes', async (length) => {
    answer(new Uint8Array(length));
    await expect(load()).rejects.toThrow(`are ${length} bytes long instead of 2. Deploy`);
  });

  it('rejects a request that is blocked or gets no response', async () => {
    const cause = new TypeError('Failed to fetch');
    vi.stubGlobal('fetch', () => Promise.reject(cause));
    await expect(load()).rejects.toMatchObject({
      message: expect.stringMatching(/cannot be fetched: TypeError: Failed to fetch\. Check the connection, `connect-src`.*CORS/),
      cause,
    });
  });

  it('rejects a response that breaks off', async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError('network error')) });
    answer(body);
    await expect(load()).rejects.toThrow(/cannot be fetched: TypeError: network error\. Check the connection/);
  });

  it('rejects a missing file', async () => {
    await expect(fetchWeights('file:///nowhere/net.bin', 2)).rejects.toThrow(/cannot be read: Error: ENOENT.*Deploy the \.bin/);
  });

  it('rejects with the reason of an abort signal', async () => {
    const reason = new Error('left');
    const leaving = new AbortController();
    vi.stubGlobal('fetch', async () => {
      leaving.abort(reason);
      throw new DOMException('aborted', 'AbortError');
    });
    await expect(load({ signal: leaving.signal })).rejects.toBe(reason);
  });
});

it('is self-contained, because modules get a copy of it', () => {
  for (const run of [decodeBase64, fetchWeights]) expect(run.toString()).not.toMatch(/__vi_|__vite|_import_/);
});
