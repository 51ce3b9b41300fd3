import type { NcnnModel } from './types.ts';

type Shape = readonly (number | string)[];

/** The message of each problem: what is wrong and what to do, with the given details. A key starts with the code of the error. */
export const explanations = {
  'input-unused': (name: string, names: readonly string[]): string => `Input "${name}" is not read by the net. Give ${names.join(', ')}.`,
  'input-unknown': (name: string, names: readonly string[]): string => `Input "${name}" does not exist. Give ${names.join(', ')}.`,
  'input-missing': (name: string, shape: Shape): string => `Input "${name}" is missing. Give it in the shape [${shape}].`,
  'input-values': (name: string): string => `Input "${name}" has no values. Give a typed array, or { data, shape }.`,
  'input-sizes': (name: string, shape: unknown): string =>
    `Input "${name}" has the shape [${shape}]. Give the size of every axis as a positive integer: { data, shape }.`,
  'input-shape': (name: string, actual: Shape, expected: Shape): string =>
    `Input "${name}" has the shape [${actual}], expected [${expected}]. Resize the data, or fix another shape in the import.`,
  'input-length': (name: string, length: number, expected: number, shape: Shape): string =>
    `Input "${name}" has ${length} values, expected ${expected} for the shape [${shape}]. Give all values in row-major order.`,
  'input-blob': (name: string, blob: Shape, shape: Shape): string =>
    `Input "${name}" cannot be fed as [${blob}]: its shape is [${shape}]. Convert the model with a fixed shape.`,
  'input-integer': (name: string, value: unknown, feed: string): string =>
    `Input "${name}" holds ${value}, which ncnn cannot read as ${feed}. Give integers of at most 24 bits.`,

  'disposed-session': (model: string): string => `The session of "${model}" is disposed. Create another one to run the net.`,

  'weights-load': (cause: string): string => cause,
  'weights-length': (model: string, length: number, expected: number): string =>
    `The weights of "${model}" are ${length} bytes, expected ${expected}. Use the .bin of the same conversion.`,

  'wasm-absent': (): string => 'This build contains no ncnn.wasm. Pass its URL as `wasm`.',
  'wasm-file': (url: string): string => `${url} cannot be read. ${serveIt}`,
  'wasm-fetch': (url: string, cause: string): string =>
    `${url} cannot be fetched: ${cause}. ${serveIt} A page needs to allow it: \`connect-src\` of its CSP, and CORS for another origin.`,
  'wasm-answer': (url: string, status: number, type: string): string => `${url} is not ncnn.wasm: HTTP ${status}, ${type}. ${serveIt}`,
  'wasm-compile': (source: string, cause: string): string =>
    `${source} cannot be compiled as WebAssembly: ${cause}. ncnn.wasm needs SIMD and a CSP with 'wasm-unsafe-eval'.`,
  'wasm-other': (): string => 'The wasm is not ncnn with its C API. Use the ncnn.wasm of this package, or export malloc, free and ncnn_*.',
  'wasm-function': (name: string): string => `The wasm has no function ${name}. Export it in your build of ncnn.`,
  'wasm-table': (): string => 'The wasm exports no table that can grow. Export wasmTable in your build of ncnn, with ALLOW_TABLE_GROWTH.',

  'support-release': (model: string, needed: string, available: number): string =>
    `"${model}" needs ncnn ${needed} or later, the wasm is ${available}. Use a newer ncnn.wasm.`,
  'support-param': (model: NcnnModel, available: number, read: number, log: string): string => {
    const missing = missingLayer(model, read);
    return missing === undefined
      ? `ncnn ${available} read ${read} of ${model.param.length} bytes of the param of "${model.name}"${reason(log)}. Convert the model again.`
      : `ncnn ${available} does not have the type of ${missing} of "${model.name}", which needs ncnn ${model.minNcnnVersion} or later. ` +
          'Use an ncnn.wasm with all layers; register layers of your own as `customLayers`.';
  },
  'support-weights': (model: NcnnModel, available: number, read: number, log: string): string =>
    `ncnn ${available} read ${read} of ${model.binLength} bytes of the weights of "${model.name}"${reason(log)}. Use the .bin of the same conversion.`,
  'support-kernel': (model: string, layer: number, type: string): string =>
    `Layer ${layer} of "${model}" is a ${type}, which the interpreter does not have. Run it with ncnn.wasm.`,
  'support-type': (model: string, layer: number, type: number): string =>
    `Layer ${layer} of "${model}" has the type ${type}, which the interpreter does not have. Run it with ncnn.wasm.`,
  'support-custom': (model: string, type: string): string =>
    `"${model}" has a custom layer ${type}, which the interpreter does not have. Run it with ncnn.wasm and \`customLayers\`.`,
  'support-net': (model: string, message: string, hint: string): string => `"${model}" cannot be interpreted: ${message}. ${hint}`,

  'layer-code': (code: number, name: string, log: string): string =>
    `ncnn gave ${code} for ${name}${reason(log)}. Check the shapes of the inputs.`,
  'layer-elements': (bytes: number): string => `ncnn gave elements of ${bytes} bytes, expected 4. Convert the model with float outputs.`,
  'layer-blob': (model: string, layer: number, type: string, blob: number): string =>
    `Layer ${layer} (${type}) of "${model}" reads blob ${blob}, which is not computed. Convert the model again.`,
  'layer-kernel': (model: string, layer: number, type: string, shapes: string, cause: string): string =>
    `Layer ${layer} (${type}) of "${model}" fails for ${shapes}: ${cause}. Check the shapes of the inputs.`,

  'memory-bytes': (bytes: number): string =>
    `ncnn is out of memory: it cannot allocate ${bytes} bytes. Dispose of sessions, or use smaller inputs.`,
  'memory-input': (shape: Shape): string => `ncnn is out of memory for an input of [${shape}]. Use smaller inputs.`,
  'memory-blob': (name: string): string => `ncnn is out of memory for ${name}. Dispose of sessions, or use smaller inputs.`,

  'crash-call': (name: string, cause: string, log: string): string =>
    `ncnn crashed in ${name}: ${cause}${reason(log)}. Create a new session; if it is out of memory, use smaller inputs.`,
};

const serveIt = 'Serve ncnn.wasm there, or give its URL as `wasm`.';

/** The log of ncnn; a build without stdio logs nothing. */
function reason(log: string): string {
  return log === '' ? '' : `: ${log}`;
}

/** The message of a problem. */
export function explain(problem: keyof typeof explanations, facts: readonly unknown[]): string {
  // A problem is always thrown with its own details.
  return (explanations[problem] as (...facts: readonly unknown[]) => string)(...facts);
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
