/**
 * Loads the weights of a net: over the network, or from the disk where a server-side runtime has them at a `file:` URL.
 * Throws where they cannot be had, or are not `length` bytes long, as ncnn would read whatever comes.
 *
 * Its source is written into every emitted module: it must not refer to anything outside of itself.
 */
export async function fetchWeights(url: string, length: number, init?: RequestInit): Promise<Uint8Array> {
  const advice = 'Deploy the .bin file that was built together with the module, where its URL says.';
  const check = (bytes: Uint8Array, detail: string): Uint8Array => {
    if (bytes.byteLength === length) return bytes;
    throw new Error(`The weights at ${url} are ${bytes.byteLength} bytes long instead of ${length}${detail}. ${advice}`);
  };
  if (url.startsWith('file:') && typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function') {
    // Not an import, which bundlers for the browser would stumble over.
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    const buffer = await readFile(new URL(url), { signal: init?.signal ?? undefined }).catch((cause: unknown) => {
      throw new Error(`The weights at ${url} cannot be read. ${advice}`, { cause });
    });
    return check(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength), '');
  }
  // A worker made of a blob has no base to resolve against, but knows the origin of its page.
  const isRooted = /^\/(?!\/)/.test(url) && typeof location !== 'undefined';
  const response = await fetch(isRooted ? location.origin + url : url, init);
  if (!response.ok) throw new Error(`The weights at ${url} cannot be fetched: HTTP ${response.status} ${response.statusText}. ${advice}`);
  const isPage = response.headers.get('content-type')?.includes('text/html') === true;
  return check(new Uint8Array(await response.arrayBuffer()), isPage ? ': the server answers with a page' : '');
}
