import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../files/errorCodes.ts';
import type { Asset } from '../hosts/host.ts';

/** Bytes sent at a time: the most that is read in vain for a client that disconnected. */
const chunkSize = 1 << 20;

/**
 * Responds to a request for a file whose URL contains the content hash, following RFC 9110: with the bytes, with a single requested range,
 * or with 304 if the client has them already.
 */
export async function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  { bytes, hash, extension }: Pick<Asset, 'bytes' | 'hash' | 'extension'>,
): Promise<void> {
  const { method, headers } = request;
  if (method !== 'GET' && method !== 'HEAD') {
    refuse(response, 405, 'This file is read-only.', { Allow: 'GET, HEAD' });
    return;
  }
  const etag = `"${hash}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', 'max-age=31536000, immutable');
  response.setHeader('Accept-Ranges', 'bytes');
  if (matches(headers['if-none-match'], etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  // The client would join a range of another version with the bytes it has.
  const conditional = headers['if-range'];
  const range = conditional === undefined || conditional === etag ? rangeOf(headers.range, bytes.byteLength) : undefined;
  if (range === 'outside') {
    refuse(response, 416, 'The requested byte range is outside the file.', { 'Content-Range': `bytes */${bytes.byteLength}` });
    return;
  }
  const { start, end } = range ?? { start: 0, end: bytes.byteLength };
  response.setHeader('Content-Type', extension === '.wasm' ? 'application/wasm' : 'application/octet-stream');
  response.setHeader('Content-Length', end - start);
  if (range !== undefined) {
    response.statusCode = 206;
    response.setHeader('Content-Range', `bytes ${start}-${end - 1}/${bytes.byteLength}`);
  }
  if (method === 'HEAD') {
    response.end();
    return;
  }
  await pipeline(Readable.from(chunksOf(bytes.subarray(start, end))), response).catch(ignoreClosedConnection);
}

/** A client may disconnect at any time. */
function ignoreClosedConnection(error: unknown): void {
  if (!closedConnection.includes(errorCode(error) ?? '')) throw error;
}

const closedConnection: readonly string[] = ['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED'];

/** Responds with an error message. */
export function refuse(response: ServerResponse, status: number, message: string, headers: Readonly<Record<string, string>> = {}): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...headers });
  response.end(`${message}\n`);
}

function matches(condition: string | undefined, etag: string): boolean {
  const tags = condition?.split(',').map((tag) => tag.trim().replace(/^W\//, '')) ?? [];
  return tags.includes(etag) || tags.includes('*');
}

interface Range {
  readonly start: number;
  /** Exclusive end. */
  readonly end: number;
}

/** The requested range; `undefined` for the whole file, which is also a valid response to a request for several ranges. */
function rangeOf(header: string | undefined, length: number): Range | 'outside' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') return last === '0' || length === 0 ? 'outside' : { start: Math.max(0, length - Number(last)), end: length };
  const start = Number(first);
  const end = last === '' ? length : Math.min(length, Number(last) + 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start < length ? { start, end } : 'outside';
}

function* chunksOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.byteLength; start += chunkSize) yield bytes.subarray(start, start + chunkSize);
}
