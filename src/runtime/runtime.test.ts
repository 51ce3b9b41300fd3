import { afterEach, expect, it, vi } from 'vitest';
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

it('hands over what it was given for the request', async () => {
  const fetch = vi.fn(async () => new Response(Uint8Array.of(7, 8)));
  vi.stubGlobal('fetch', fetch);
  const init = { credentials: 'include' } as const;
  expect(await fetchWeights('https://a/net.bin', 2, init)).toEqual(Uint8Array.of(7, 8));
  expect(fetch).toHaveBeenCalledWith('https://a/net.bin', init);
});

it('asks the origin of the page, which a worker made of a blob would not find', async () => {
  const fetch = vi.fn(async () => new Response(Uint8Array.of(7, 8)));
  vi.stubGlobal('fetch', fetch);
  vi.stubGlobal('location', { origin: 'https://page.test' });
  await fetchWeights('/assets/net.bin', 2);
  await fetchWeights('//cdn.test/net.bin', 2);
  expect(fetch.mock.calls.map(([url]: readonly unknown[]) => url)).toEqual(['https://page.test/assets/net.bin', '//cdn.test/net.bin']);
});

it('says what is wrong with an answer', async () => {
  answer('', { status: 404, statusText: 'Not Found' });
  await expect(fetchWeights('https://a/net.bin', 2)).rejects.toThrow('https://a/net.bin cannot be fetched: HTTP 404 Not Found');
  answer('<!doctype html>', { headers: { 'content-type': 'text/html; charset=utf-8' } });
  await expect(fetchWeights('https://a/net.bin', 2)).rejects.toThrow('15 bytes long instead of 2: the server answers with a page');
});

it('has functions that need nothing from outside, as they are copied into modules', () => {
  for (const run of [decodeBase64, fetchWeights]) expect(run.toString()).not.toMatch(/__vi_|__vite|_import_/);
});
