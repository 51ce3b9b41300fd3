import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sendAsset } from './sendAsset.ts';

const bytes = Uint8Array.from({ length: 3_000_000 }, (_, index) => index % 251);
let server: Server;
let address = '';
beforeAll(async () => {
  server = createServer((request, response) => void sendAsset(request, response, { bytes, hash: 'abc', extension: '.bin' }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const at = server.address();
  address = `http://127.0.0.1:${typeof at === 'object' ? at?.port : ''}/`;
});
afterAll(() => void server.close());

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

async function ask(headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  const response = await fetch(address, { method, headers });
  return { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) };
}

it('sends the whole asset with an ETag', async () => {
  const response = await ask();
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    etag: '"abc"',
    'accept-ranges': 'bytes',
    'content-length': '3000000',
    'content-type': 'application/octet-stream',
    'cache-control': 'max-age=31536000, immutable',
  });
  expect(Buffer.compare(response.body, bytes)).toBe(0);
});

it.each(['"abc"', 'W/"abc"', '"x", "abc"', '*'])('answers 304 to %s', async (tag) => {
  const response = await ask({ 'if-none-match': tag, range: 'bytes=0-1' });
  expect(response.status).toBe(304);
  expect(response.headers.get('etag')).toBe('"abc"');
  expect(response.body.byteLength).toBe(0);
});

it('sends a changed asset again', async () => {
  expect((await ask({ 'if-none-match': '"x"' })).status).toBe(200);
});

it.each([
  ['bytes=0-0', 0, 1],
  ['bytes=10-19', 10, 20],
  ['bytes=2999990-', 2_999_990, 3_000_000],
  ['bytes=2999990-9999999', 2_999_990, 3_000_000],
  ['bytes=-4', 2_999_996, 3_000_000],
  ['bytes=-9999999', 0, 3_000_000],
])('sends the range %s', async (range, start, end) => {
  const response = await ask({ range });
  expect(response.status).toBe(206);
  expect(response.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/3000000`);
  expect(Buffer.compare(response.body, bytes.subarray(start, end))).toBe(0);
});

it.each(['bytes=3000000-', 'bytes=-0'])('rejects the range %s', async (range) => {
  const response = await ask({ range });
  expect(response.status).toBe(416);
  expect(response.headers.get('content-range')).toBe('bytes */3000000');
});

it.each([
  { range: 'bytes=0-1,4-5' },
  { range: 'bytes=5-4' },
  { range: 'lines=1-2' },
  { range: 'bytes=-' },
  { range: 'bytes=0-1', 'if-range': '"x"' },
])('sends the whole asset for %j', async (headers) => {
  const response = await ask(headers);
  expect(response.status).toBe(200);
  expect(response.body.byteLength).toBe(3_000_000);
});

it('sends a range of a matching version', async () => {
  expect((await ask({ range: 'bytes=0-1', 'if-range': '"abc"' })).status).toBe(206);
});

it('answers HEAD without a body', async () => {
  const head = await ask({}, 'HEAD');
  expect([head.status, head.headers.get('content-length'), head.body.byteLength]).toEqual([200, '3000000', 0]);
});

it('rejects other methods', async () => {
  const post = await ask({}, 'POST');
  expect([post.status, post.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});
