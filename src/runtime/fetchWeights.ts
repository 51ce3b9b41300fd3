import type { WeightsInit } from './types.ts';

/**
 * Loads the weights of a net: over the network, or from the disk where a server-side runtime has them at a `file:` URL.
 * Throws where they cannot be had, or are not `length` bytes long, as ncnn would read whatever comes.
 *
 * Its source is written into every emitted module: it must not refer to anything outside of itself.
 */
export async function fetchWeights(url: string, length: number, init?: WeightsInit): Promise<Uint8Array> {
  const advice = 'Deploy the .bin file that was built together with the module, where its URL says.';
  const check = (size: number, detail: string): void => {
    if (size !== length) throw new Error(`The weights at ${url} are ${size} bytes long instead of ${length}${detail}. ${advice}`);
  };
  if (url.startsWith('file:') && typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function') {
    // Not an import, which bundlers for the browser would stumble over.
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    const buffer = await readFile(new URL(url), { signal: init?.signal ?? undefined }).catch((cause: unknown) => {
      throw new Error(`The weights at ${url} cannot be read. ${advice}`, { cause });
    });
    check(buffer.byteLength, '');
    init?.onProgress?.(length);
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  }
  // A worker made of a blob has no base to resolve against, but knows the origin of its page.
  const isRooted = /^\/(?!\/)/.test(url) && typeof location !== 'undefined';
  const response = await fetch(isRooted ? location.origin + url : url, init);
  if (!response.ok) throw new Error(`The weights at ${url} cannot be fetched: HTTP ${response.status} ${response.statusText}. ${advice}`);
  const weights = new Uint8Array(length);
  let loaded = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    // Of what is too long, only the length is of interest.
    if (loaded + part.value.length <= length) weights.set(part.value, loaded);
    loaded += part.value.length;
    init?.onProgress?.(loaded);
  }
  check(loaded, response.headers.get('content-type')?.includes('text/html') ? ': the server answers with a page' : '');
  return weights;
}
