import type { NcnnModel } from './types.ts';

interface LayerReport {
  readonly layerErrors: readonly string[];
}

/**
 * The message of each problem: what is wrong and what to do, with the given details. A key starts with the code of the error. Wrong inputs
 * are explained where they are read.
 */
export const explanations = {
  'disposed-session': (model: string): string => `The session of "${model}" is disposed. Create another one to run the net.`,

  'weights-load': (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause)),
  'weights-length': (model: string, length: number, expected: number): string =>
    `The weights of "${model}" are ${length} bytes, expected ${expected}. Use the .bin of the same conversion.`,

  'wasm-load': (cause: unknown, source?: string | BufferSource, response?: Response): string => {
    if (source === undefined) return 'This build contains no ncnn.wasm. Pass its URL as `wasm`.';
    const url = typeof source === 'string' ? source : 'The wasm';
    const { status = 0, headers } = response ?? {};
    const type = headers?.get('content-type');
    if (status > 299 || type?.includes('text/html'))
      return `${url} is not ncnn.wasm: HTTP ${status}, ${type ?? 'no content type'}. ${serveIt}`;
    if (status > 0 || url !== source) {
      const hint = "ncnn.wasm needs SIMD and a CSP with 'wasm-unsafe-eval'.";
      return `${url} cannot be compiled as WebAssembly: ${cause}. ${hint}`;
    }
    if (url.startsWith('file:')) return `${url} cannot be read: ${cause}. ${serveIt}`;
    return `${url} cannot be fetched: ${cause}. ${serveIt} A page needs to allow it: \`connect-src\` of its CSP, and CORS for another origin.`;
  },
  'wasm-instance': (cause: unknown): string =>
    cause instanceof RangeError
      ? `There is no memory for an instance of ncnn: ${cause}. Dispose of sessions, or reload the page.`
      : `The wasm is not ncnn: ${cause}. Use the ncnn.wasm of this package, or give the module of an Emscripten build instead of its wasm.`,
  'wasm-function': (name: string): string =>
    `The wasm is not ncnn with its C API: it has no function ${name}. ` +
    'Use the ncnn.wasm of this package, or export malloc, free and ncnn_* in your build.',
  'wasm-table': (): string => 'The wasm exports no table that can grow. Export wasmTable in your build of ncnn, with ALLOW_TABLE_GROWTH.',

  'support-release': ({ name, minNcnnVersion }: NcnnModel, available: number): string =>
    `"${name}" needs ncnn ${minNcnnVersion} or later, the wasm is ${available}. Use a newer ncnn.wasm.`,
  'support-load': (model: NcnnModel, part: 'param_bin' | 'model', available: number, read: number, ncnn: LayerReport): string => {
    const { name, param, binLength, minNcnnVersion } = model;
    if (part === 'model')
      return `ncnn ${available} read ${read} of ${binLength} bytes of the weights of "${name}"${reason(ncnn)}. Use the .bin of the same conversion.`;
    const missing = missingLayer(model, read);
    return missing === undefined
      ? `ncnn ${available} read ${read} of ${param.length} bytes of the param of "${name}"${reason(ncnn)}. Convert the model again.`
      : `ncnn ${available} does not have the type of ${missing} of "${name}", which needs ncnn ${minNcnnVersion} or later. ` +
          'Use an ncnn.wasm with all layers; register layers of your own as `customLayers`.';
  },
  'support-kernel': (model: string, layer: number, type: string): string =>
    `Layer ${layer} of "${model}" is a ${type}, which the interpreter does not have. Run it with ncnn.wasm.`,
  'support-type': (model: string, layer: number, type: number): string =>
    `Layer ${layer} of "${model}" has the type ${type}, which the interpreter does not have. Run it with ncnn.wasm.`,
  'support-custom': (model: string, type: string): string =>
    `"${model}" has a custom layer ${type}, which the interpreter does not have. Run it with ncnn.wasm and \`customLayers\`.`,
  'support-net': (model: string, message: string, hint: string): string => `"${model}" cannot be interpreted: ${message}. ${hint}`,

  'layer-code': (blobId: number, code: number, ncnn: LayerReport): string =>
    `ncnn returned ${code} for blob ${blobId}${reason(ncnn)}. Check the shapes of the inputs.`,
  'layer-elements': (): string => 'The elements of an output are not float32. Convert the model with float outputs.',
  'layer-blob': (model: string, layer: number, type: string, blob: number): string =>
    `Layer ${layer} (${type}) of "${model}" reads blob ${blob}, which is not computed. Convert the model again.`,
  'layer-kernel': (model: string, layer: number, type: string, shapes: string, cause: string): string =>
    `Layer ${layer} (${type}) of "${model}" fails for ${shapes}: ${cause}. Check the shapes of the inputs.`,

  'memory-full': (what: string): string => `ncnn is out of memory for ${what}. Dispose of sessions, or use smaller inputs.`,

  'crash-call': (name: string, cause: unknown): string =>
    `ncnn crashed in ${name}: ${cause}. Create a new session; if it is out of memory, use smaller inputs.`,
};

const serveIt = 'Serve ncnn.wasm there, or give its URL as `wasm`.';

/** What custom layers reported. */
function reason({ layerErrors }: LayerReport): string {
  return layerErrors.length === 0 ? '' : `: ${layerErrors.join('; ')}`;
}

/** The message of a problem. */
export function explain(problem: string, facts: readonly unknown[]): string {
  // A failure has the details of its problem.
  return (explanations[problem as keyof typeof explanations] as (...facts: readonly unknown[]) => string)(...facts);
}

/** The name of the layer whose type ncnn does not have: ncnn stops reading after the type number and the blob counts. */
function missingLayer({ param, layers }: NcnnModel, read: number): string | undefined {
  const types = typesOf(param);
  const index = types.findIndex(({ end }) => end === read);
  const [name] = Object.entries(layers).find(([, id]) => id === index) ?? [];
  return index === -1 ? undefined : `layer ${name === undefined ? index : `"${name}"`} (type ${types[index]?.type})`;
}

const endOfParams = -233;

/** The type numbers in a `.param.bin`, in file order, each with the offset after the blob counts; as far as it can be parsed. */
function typesOf(param: Uint8Array): readonly { readonly type: number; readonly end: number }[] {
  const view = new DataView(param.buffer, param.byteOffset, param.byteLength);
  let position = 4;
  const word = (): number => {
    position += 4;
    return position > param.length ? endOfParams : view.getInt32(position - 4, true);
  };
  position += 8;
  const types: { readonly type: number; readonly end: number }[] = [];
  while (position < param.length) {
    const type = word();
    const blobs = word() + word();
    types.push({ type, end: position });
    position += 4 * blobs;
    for (let id = word(); id !== endOfParams; id = word()) {
      // Arrays and strings start with their length.
      const length = id > -23300 ? 1 : word();
      position += id > -23400 ? 4 * length : Math.ceil(length / 4) * 4;
    }
  }
  return types;
}
