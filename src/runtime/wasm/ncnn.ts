import { Failure } from '../failure.ts';

/** ncnn's C API by function name, with the memory and the log of its instance. Addresses and handles are numbers. */
export interface Ncnn {
  /** Calls a function of the C API by its name without `ncnn_`. Throws {@link Failure} if ncnn crashes. */
  readonly call: (name: string, ...words: readonly number[]) => number;
  /** Allocates memory with padding, because ncnn may read a little beyond what it needs. Throws {@link Failure} if there is none left. */
  readonly allocate: (length: number) => number;
  readonly free: (address: number) => void;
  readonly hasCrashed: () => boolean;
  /** The current memory: a view becomes stale when the memory grows, so do not keep it. */
  readonly memory: () => ArrayBufferLike;
  readonly log: (text: string) => void;
  /** The log since the last call. */
  readonly takeLog: () => string;
  /** The table of the functions that ncnn calls by index. */
  readonly table: WebAssembly.Table | undefined;
}

type Exports = Readonly<Record<string, unknown>>;

/**
 * The module of an Emscripten build: it needs `_ncnn_…` and `_malloc` in `EXPORTED_FUNCTIONS`, `HEAPU8` in `EXPORTED_RUNTIME_METHODS`, and
 * `wasmTable` for custom layers.
 */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
  readonly wasmTable?: WebAssembly.Table;
}

export function isEmscripten(value: unknown): value is EmscriptenModule {
  return typeof value === 'object' && value !== null && 'HEAPU8' in value;
}

export function ncnnOfEmscripten(module: EmscriptenModule): Ncnn {
  const exports = module as unknown as Exports;
  return ncnnOf(
    (name) => exports[`_${name}`],
    () => module.HEAPU8.buffer,
    module.wasmTable,
  );
}

/** Instantiates a compiled `ncnn.wasm`. */
export async function instantiate(module: WebAssembly.Module): Promise<Ncnn> {
  let ncnn: Ncnn | undefined;
  let exports: Exports = {};
  const memory = (): ArrayBuffer => (exports.memory as WebAssembly.Memory).buffer;
  const writeLog = (_file: number, parts: number, count: number, written: number): number => {
    const view = new DataView(memory());
    let total = 0;
    for (let part = parts; part < parts + 8 * count; part += 8) {
      const length = view.getUint32(part + 4, true);
      ncnn?.log(new TextDecoder().decode(new Uint8Array(view.buffer, view.getUint32(part, true), length)));
      total += length;
    }
    view.setUint32(written, total, true);
    return 0;
  };
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    // ncnn only writes to stderr; other system calls do nothing.
    imports[from] = { ...imports[from], [name]: name === 'fd_write' ? writeLog : () => 0 };
  }
  ({ exports } = await WebAssembly.instantiate(module, imports));
  ncnn = ncnnOf((name) => exports[name], memory, exports.__indirect_function_table as WebAssembly.Table | undefined);
  if (typeof exports._initialize === 'function') exports._initialize();
  return ncnn;
}

/** After a trap the memory is in an unknown state, so every call throws. */
function ncnnOf(find: (name: string) => unknown, memory: Ncnn['memory'], table: Ncnn['table']): Ncnn {
  let log = '';
  let crash: Failure | undefined;
  const invoke = (name: string, words: readonly number[]): number => {
    if (crash) throw crash;
    const run = find(name);
    if (typeof run !== 'function') throw new Failure('wasm-function', [name]);
    try {
      return run(...words) >>> 0;
    } catch (cause) {
      crash = new Failure('crash-call', [name, String(cause), log], cause);
      throw crash;
    }
  };
  if (!find('ncnn_net_create') || !find('malloc')) throw new Failure('wasm-other', []);
  return {
    call: (name, ...words) => invoke(`ncnn_${name}`, words),
    allocate: (length) => {
      const address = invoke('malloc', [length + 64]);
      if (address === 0) throw new Failure('memory-bytes', [length]);
      return address;
    },
    free: (address) => void invoke('free', [address]),
    hasCrashed: () => crash !== undefined,
    memory,
    log: (text) => {
      log += text;
    },
    takeLog: () => {
      const text = log.trim();
      log = '';
      return text;
    },
    table,
  };
}
