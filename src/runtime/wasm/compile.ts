import { Failure } from '../failure.ts';
import type { LoadOptions } from '../session/types.ts';

/** Compiles wasm from a URL while it loads, or from bytes. Throws {@link Failure}, or the reason of `signal`. */
export async function compile(source: string | BufferSource, { onProgress, signal }: LoadOptions): Promise<WebAssembly.Module> {
  const failed = (problem: 'wasm-file' | 'wasm-fetch' | 'wasm-compile') => (cause: unknown) => {
    signal?.throwIfAborted();
    throw new Failure(problem, [typeof source === 'string' ? source : 'The wasm', String(cause)], cause);
  };
  const compileNow = (compiling: Promise<WebAssembly.Module>): Promise<WebAssembly.Module> => compiling.catch(failed('wasm-compile'));
  if (typeof source !== 'string') return compileNow(WebAssembly.compile(source));
  if (source.startsWith('file:') && typeof process === 'object' && process.getBuiltinModule !== undefined) {
    const { readFile } = process.getBuiltinModule('node:fs/promises');
    const bytes = await readFile(new URL(source), { signal }).catch(failed('wasm-file'));
    onProgress?.({ file: 'wasm', loaded: bytes.length, total: bytes.length });
    return compileNow(WebAssembly.compile(bytes));
  }
  // A worker created from a blob has no base URL to resolve against, but knows the origin of its page.
  const base = typeof location === 'object' && /^\/(?!\/)/.test(source) ? location.origin : '';
  const response = await fetch(base + source, { signal: signal ?? null }).catch(failed('wasm-fetch'));
  const type = response.headers.get('content-type') ?? 'no content type';
  if (!response.ok || type.includes('text/html')) throw new Failure('wasm-answer', [source, response.status, type]);
  // Streaming compilation requires this content type, and a wrapped response loses the browser's code cache.
  const isPlain = onProgress === undefined && type === 'application/wasm';
  return compileNow(WebAssembly.compileStreaming(isPlain ? response : counted(response, onProgress)));
}

/** The same response as WebAssembly, with its bytes counted as they arrive. */
function counted({ body, headers }: Response, onProgress: LoadOptions['onProgress']): Response {
  // For a compressed response, the header gives the compressed size.
  const total = headers.has('content-encoding') ? 0 : Number(headers.get('content-length'));
  let loaded = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      loaded += chunk.length;
      onProgress?.({ file: 'wasm', loaded, ...(total > 0 && { total }) });
      controller.enqueue(chunk);
    },
  });
  return new Response(body?.pipeThrough(counter) ?? null, { headers: { 'content-type': 'application/wasm' } });
}
