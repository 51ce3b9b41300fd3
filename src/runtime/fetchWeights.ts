import type { WeightsInit } from './types.ts';

/**
 * Loads the weights of a net: over the network, or from the disk if a server-side runtime has them at a `file:` URL. Throws if they are
 * unavailable or not `length` bytes long, because ncnn would read whatever arrives; the message says what to do.
 *
 * Its source is written into every emitted module: it must not refer to anything outside of itself.
 */
export async function fetchWeights(url: string, length: number, init?: WeightsInit): Promise<Uint8Array> {
  const fail = (problem: string, cause?: unknown): never => {
    init?.signal?.throwIfAborted();
    throw new Error(`The weights at ${url} ${problem}`, { cause });
  };
  const deploy = 'Deploy the .bin file that was built together with the module, where its URL says.';
  const check = (size: number): void => {
    if (size !== length) fail(`are ${size} bytes long instead of ${length}. ${deploy}`);
  };
  if (url.startsWith('file:') && typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function') {
    // Not an import, because bundlers for the browser cannot resolve it.
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    const reading = readFile(new URL(url), { signal: init?.signal ?? undefined });
    const buffer = await reading.catch((cause: unknown) => fail(`cannot be read: ${cause}. ${deploy}`, cause));
    check(buffer.byteLength);
    init?.onProgress?.(length);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  // Browsers do not tell scripts the reason of a network error.
  const unreachable = (cause: unknown): never =>
    fail(
      `cannot be fetched: ${cause}. Check the connection, \`connect-src\` of the page's content security policy, and for another origin its CORS headers.`,
      cause,
    );
  // A worker created from a blob has no base URL to resolve against, but knows the origin of its page.
  const isRooted = /^\/(?!\/)/.test(url) && typeof location !== 'undefined';
  const response = await fetch(isRooted ? location.origin + url : url, init).catch(unreachable);
  const type = response.headers.get('content-type') ?? 'no content type';
  if (!response.ok) fail(`cannot be fetched: HTTP ${response.status} ${response.statusText}. ${deploy}`);
  if (type.includes('text/html')) fail(`are a page instead: HTTP ${response.status}, ${type}. The server has no such file. ${deploy}`);
  const weights = new Uint8Array(length);
  let loaded = 0;
  const reader = response.body?.getReader();
  const read = async () => await reader?.read().catch(unreachable);
  for (let part = await read(); part?.value !== undefined; part = await read()) {
    // Of a response that is too long, only the length matters.
    if (loaded + part.value.length <= length) weights.set(part.value, loaded);
    loaded += part.value.length;
    init?.onProgress?.(loaded);
  }
  check(loaded);
  return weights;
}
