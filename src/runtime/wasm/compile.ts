import type { LoadOptions } from '../session/types.ts';
import { SessionError } from '../sessionError.ts';

/** Compiles wasm from a URL while it arrives, or from bytes. Throws {@link SessionError}. */
export async function compile(source: string | URL | BufferSource, { onProgress, signal }: LoadOptions): Promise<WebAssembly.Module> {
  if (typeof source !== 'string' && !(source instanceof URL)) return checked(WebAssembly.compile(source), 'The bytes are');
  const url = String(source);
  const advice = 'Serve ncnn.wasm there, or give its URL as `wasm`.';
  if (url.startsWith('file:') && typeof process !== 'undefined' && typeof process.getBuiltinModule === 'function') {
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    const bytes = await readFile(new URL(url), { signal }).catch((cause: unknown) => {
      signal?.throwIfAborted();
      throw new SessionError('wasm', `${url} cannot be read. ${advice}`, { cause });
    });
    onProgress?.({ file: 'wasm', loaded: bytes.length, total: bytes.length });
    return checked(WebAssembly.compile(bytes), `${url} is`);
  }
  // A worker made of a blob has no base to resolve against, but knows the origin of its page.
  const isRooted = /^\/(?!\/)/.test(url) && typeof location !== 'undefined';
  const response = await fetch(isRooted ? location.origin + url : url, { signal: signal ?? null }).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new SessionError('wasm', `${url} cannot be fetched: ${cause}. ${advice}`, { cause });
  });
  const type = response.headers.get('content-type') ?? 'no content type';
  if (!response.ok || type.includes('text/html')) {
    throw new SessionError('wasm', `${url} is not ncnn.wasm: HTTP ${response.status}, ${type}. ${advice}`);
  }
  // A response with another type would not compile while it arrives, and one that is counted loses the browser's cache of code.
  const isPlain = onProgress === undefined && type === 'application/wasm';
  const counted = isPlain ? response : new Response(countBytes(response, onProgress), { headers: { 'content-type': 'application/wasm' } });
  return checked(WebAssembly.compileStreaming(counted), `${url} is`, signal);
}

async function checked(compiling: Promise<WebAssembly.Module>, what: string, signal?: AbortSignal): Promise<WebAssembly.Module> {
  return await compiling.catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new SessionError(
      'wasm',
      `${what} not wasm that this browser compiles: ${cause}. ncnn.wasm needs SIMD and a CSP with 'wasm-unsafe-eval'.`,
      { cause },
    );
  });
}

function countBytes({ body, headers }: Response, onProgress: LoadOptions['onProgress']): ReadableStream<Uint8Array> | null {
  // Of what is compressed, the header gives the size on the way.
  const total = headers.get('content-encoding') === null ? Number(headers.get('content-length')) : 0;
  let loaded = 0;
  const counter = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      loaded += chunk.length;
      onProgress?.({ file: 'wasm', loaded, ...(total > 0 ? { total } : {}) });
      controller.enqueue(chunk);
    },
  });
  return body === null ? null : body.pipeThrough(counter);
}
