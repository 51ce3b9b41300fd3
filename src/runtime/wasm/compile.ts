import { Failure } from '../failure.ts';
import type { LoadOptions } from '../session/types.ts';

/** Compiled code by URL: a page must not fetch and compile it for each instance. */
const compiled = new Map<unknown, WebAssembly.Module>();

/** Compiles wasm from a URL while it loads, or from bytes. Throws {@link Failure}, or the reason of `signal`. */
export async function compile(source: string | BufferSource | undefined, options: LoadOptions): Promise<WebAssembly.Module> {
  let response: Response | undefined;
  try {
    // Without a source, this fails like wrong bytes.
    if (typeof source !== 'string') return await WebAssembly.compile(source as BufferSource);
    let module = compiled.get(source);
    if (!module) {
      const isPlain = !options.onProgress && !source.startsWith('file:');
      response = await (isPlain ? fetchWasm(source, options) : (await import('./response.ts')).responseOf(source, options, fetchWasm));
      // Streaming compilation requires this type.
      const isTyped = response.headers.get('content-type') === 'application/wasm';
      module = await (isTyped ? WebAssembly.compileStreaming(response) : WebAssembly.compile(await response.arrayBuffer()));
      compiled.set(source, module);
    }
    return module;
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new Failure('wasm-load', [cause, source, response], cause);
  }
}

async function fetchWasm(url: string, { signal }: LoadOptions): Promise<Response> {
  // A worker created from a blob has no base URL to resolve against, but knows the origin of its page.
  const base = /^\/(?!\/)/.test(url) && globalThis.location ? location.origin : '';
  return await fetch(base + url, { signal: signal ?? null });
}
