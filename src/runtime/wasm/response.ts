/** Loaded only when it is needed. It imports nothing of the runtime, because bundlers would move shared code into further files. */
import type { LoadOptions } from '../session/types.ts';

/** The response for a URL in Node, which does not fetch `file:`, or with progress. */
export async function responseOf(
  url: string,
  options: LoadOptions,
  request: (url: string, options: LoadOptions) => Promise<Response>,
): Promise<Response> {
  const isFile = url.startsWith('file:') && globalThis.process?.getBuiltinModule !== undefined;
  const response = await (isFile ? readFile : request)(url, options);
  return options.onProgress === undefined ? response : counted(response, options.onProgress);
}

async function readFile(url: string, { signal }: LoadOptions): Promise<Response> {
  const bytes = await process.getBuiltinModule('node:fs/promises').readFile(new URL(url), { signal });
  return new Response(bytes, { headers: { 'content-type': 'application/wasm', 'content-length': String(bytes.length) } });
}

/** The same response with its bytes counted as they arrive. */
function counted(response: Response, onProgress: NonNullable<LoadOptions['onProgress']>): Response {
  const { body, headers } = response;
  // For a compressed response, the header gives the compressed size.
  const total = headers.has('content-encoding') ? 0 : Number(headers.get('content-length'));
  let loaded = 0;
  const counter = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      loaded += chunk.length;
      onProgress({ file: 'wasm', loaded, ...(total > 0 && { total }) });
      controller.enqueue(chunk);
    },
  });
  return new Response(body?.pipeThrough(counter) ?? null, response);
}
