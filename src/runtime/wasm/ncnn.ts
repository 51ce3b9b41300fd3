import { Failure } from '../failure.ts';

/** ncnn's C API by function name, with the memory of its instance. Addresses and handles are numbers. */
export interface Ncnn {
  /** Calls a function of the C API by its name without `ncnn_`. Throws {@link Failure} if ncnn crashes. */
  readonly call: (name: string, ...words: readonly number[]) => number;
  /** Allocates memory for bytes, with padding because ncnn may read a little beyond what it needs. Throws {@link Failure} if none is left. */
  readonly allocate: (length: number) => number;
  readonly free: (address: number) => void;
  readonly hasCrashed: () => boolean;
  /** The current memory: a view becomes stale when the memory grows, so do not keep it. */
  readonly memory: () => ArrayBufferLike;
  readonly instance: Instance;
  /** What custom layers report, because an exception must not pass through ncnn. */
  readonly layerErrors: string[];
}

/** What the exports of a WebAssembly instance and an Emscripten module have besides functions. */
export interface Instance {
  readonly memory?: WebAssembly.Memory;
  readonly HEAPU8?: Uint8Array;
  readonly __indirect_function_table?: WebAssembly.Table;
  readonly wasmTable?: WebAssembly.Table;
}

/**
 * The module of an Emscripten build: it needs `_ncnn_…` and `_malloc` in `EXPORTED_FUNCTIONS`, `HEAPU8` in `EXPORTED_RUNTIME_METHODS`, and
 * `wasmTable` for custom layers.
 */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  readonly wasmTable?: WebAssembly.Table;
}

/** What `wasm` may be: a URL, bytes, a compiled module, or an instance created by Emscripten. */
export type WasmSource = string | URL | BufferSource | WebAssembly.Module | EmscriptenModule;

/** A source, or `undefined` in a build without ncnn.wasm. */
export type ResolvedSource = Exclude<WasmSource, URL> | undefined;

/** Instantiates a compiled `ncnn.wasm`. Throws {@link Failure}. */
export async function instantiate(module: WebAssembly.Module): Promise<Ncnn> {
  // ncnn needs no system calls: each one returns the error number EBADF.
  const noCalls = new Proxy({}, { get: () => () => 8 });
  const { exports } = await WebAssembly.instantiate(module, { wasi_snapshot_preview1: noCalls }).catch((cause: unknown) => {
    throw new Failure('wasm-instance', [cause], cause);
  });
  (exports as Functions)._initialize?.();
  return ncnnOf(exports);
}

type Functions = Readonly<Record<string, ((...words: readonly number[]) => number) | undefined>>;

/** ncnn in the exports of an instance, or in an Emscripten module, which has an underscore before the names of functions. */
export function ncnnOf(instance: Instance): Ncnn {
  const functions = instance as Functions;
  const prefix = instance.HEAPU8 ? '_' : '';
  let crash: Failure | undefined;
  const call = (name: string, ...words: readonly number[]): number => {
    // After a trap the memory is in an unknown state.
    if (crash) throw crash;
    const run = functions[prefix + name];
    if (!run) throw new Failure('wasm-function', [name]);
    try {
      return run(...words) >>> 0;
    } catch (cause) {
      crash = new Failure('crash-call', [name, cause], cause);
      throw crash;
    }
  };
  return {
    call: (name, ...words) => call(`ncnn_${name}`, ...words),
    allocate: (length) => {
      const address = call('malloc', length + 64);
      if (!address) throw new Failure('memory-full', [`${length} bytes`]);
      return address;
    },
    free: (address) => call('free', address),
    hasCrashed: () => !!crash,
    memory: () => ((instance.HEAPU8 ?? instance.memory) as { readonly buffer: ArrayBufferLike }).buffer,
    instance,
    layerErrors: [],
  };
}
