import type { NcnnModel, NcnnTensor } from 'unplugin-ncnn/runtime';

/** What `wasm/ncnn.cpp` exports, and Emscripten with it. */
interface Ncnn {
  readonly HEAPU8: Uint8Array;
  readonly HEAPF32: Float32Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _net_load(param: number, bin: number): number;
  _net_run(
    net: number,
    input: number,
    values: number,
    dims: number,
    d0: number,
    d1: number,
    d2: number,
    d3: number,
    output: number,
    result: number,
    length: number,
  ): number;
  _net_free(net: number): void;
}

/** A net that is loaded. */
export interface Net {
  /** Feeds one input in row-major order, and gives the output, in row-major order too. */
  run(input: NcnnTensor, values: Float32Array, output: NcnnTensor): Float32Array;
  free(): void;
}

/** Loads ncnn and the weights side by side, then the net. */
export async function loadNet({ param, loadBin }: NcnnModel, signal: AbortSignal): Promise<Net> {
  const [ncnn, weights] = await Promise.all([loadNcnn(), loadBin({ signal })]);
  // ncnn refers to the weights where they are, so they stay until the net is freed.
  const start = (param.byteLength + 15) & ~15;
  const memory = ncnn._malloc(start + weights.byteLength);
  ncnn.HEAPU8.set(param, memory);
  ncnn.HEAPU8.set(weights, memory + start);
  const net = ncnn._net_load(memory, memory + start);
  if (net === 0) throw new Error('ncnn cannot load the net: was it built with the layers of another one?');
  return {
    run(input, values, output) {
      const [dims, sizes] = sizesOf(input);
      const length = sizesOf(output)[1].reduce((product, size) => product * size, 1);
      const places = ncnn._malloc(4 * (values.length + length));
      const result = places + 4 * values.length;
      try {
        ncnn.HEAPF32.set(values, places / 4);
        const [d0 = 1, d1 = 1, d2 = 1, d3 = 1] = sizes;
        const code = ncnn._net_run(net, idOf(input), places, dims, d0, d1, d2, d3, idOf(output), result, length);
        if (code !== 0) throw new Error(`ncnn cannot run the net: ${code}`);
        return ncnn.HEAPF32.slice(result / 4, result / 4 + length);
      } finally {
        ncnn._free(places);
      }
    },
    free() {
      ncnn._net_free(net);
      ncnn._free(memory);
    },
  };
}

let loading: Promise<Ncnn> | undefined;

/** `ncnn.mjs` lies beside the page, in `public`; it is loaded once. */
function loadNcnn(): Promise<Ncnn> {
  loading ??= import(/* @vite-ignore */ new URL('ncnn.mjs', document.baseURI).href).then(
    (module: { readonly default: () => Promise<Ncnn> }) => module.default(),
    () => {
      throw new Error('ncnn.mjs is missing: the README tells how to build it');
    },
  );
  return loading;
}

function idOf({ name, blobId }: NcnnTensor): number {
  if (blobId === null) throw new Error(`the net does not use ${name}`);
  return blobId;
}

/** Number of dimensions and their sizes, outermost first. */
function sizesOf({ name, ncnnShape }: NcnnTensor): readonly [number, readonly number[]] {
  const sizes = ncnnShape.map((size) => {
    if (typeof size !== 'number') throw new Error(`the size ${size} of ${name} is free: fix it by shape=… in the import`);
    return size;
  });
  return [sizes.length, sizes];
}
