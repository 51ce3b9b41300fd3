import { SessionError } from '../sessionError.ts';

/** ncnn's C API by its function names, and what an instance has beside it. Addresses and handles are numbers. */
export interface Ncnn {
  /** Calls a function of the C API, or `malloc` or `free`. Throws {@link SessionError} where ncnn crashes. */
  readonly call: (name: string, ...words: readonly number[]) => number;
  readonly has: (name: string) => boolean;
  readonly hasCrashed: () => boolean;
  /** The memory as it is now: a view becomes stale when the memory grows, so it is not kept. */
  readonly bytes: () => Uint8Array;
  readonly words: () => Int32Array;
  /** What ncnn logged since the last call. */
  readonly takeLog: () => string;
}

type Exports = Readonly<Record<string, unknown>>;

/** What a build with Emscripten gives: `_ncnn_…` and `_malloc` in `EXPORTED_FUNCTIONS`, `HEAPU8` in `EXPORTED_RUNTIME_METHODS`. */
export interface EmscriptenModule {
  readonly HEAPU8: Uint8Array;
}

export function isEmscripten(value: unknown): value is EmscriptenModule {
  return typeof value === 'object' && value !== null && 'HEAPU8' in value;
}

export function ncnnOfEmscripten(module: EmscriptenModule): Ncnn {
  return ncnnOf(
    module as unknown as Exports,
    '_',
    () => module.HEAPU8.buffer,
    () => '',
  );
}

/** Instantiates a compiled `ncnn.wasm`. */
export async function instantiate(module: WebAssembly.Module): Promise<Ncnn> {
  let log = '';
  let memory: WebAssembly.Memory | undefined;
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] ??= {};
    // ncnn writes to stderr only; whatever else it may ask for of a system is not there.
    imports[from][name] =
      name !== 'fd_write'
        ? () => 0
        : (_file: number, parts: number, count: number, written: number): number => {
            const view = new DataView(memory?.buffer ?? new ArrayBuffer());
            let total = 0;
            for (let part = parts; part < parts + 8 * count; part += 8) {
              const length = view.getUint32(part + 4, true);
              log += new TextDecoder().decode(new Uint8Array(view.buffer, view.getUint32(part, true), length));
              total += length;
            }
            view.setUint32(written, total, true);
            return 0;
          };
  }
  const { exports } = await WebAssembly.instantiate(module, imports);
  if (!(exports.memory instanceof WebAssembly.Memory)) throw notNcnn();
  const { memory: own } = exports;
  memory = own;
  const takeLog = (): string => {
    const text = log.trim();
    log = '';
    return text;
  };
  const ncnn = ncnnOf(exports, '', () => own.buffer, takeLog);
  if (ncnn.has('_initialize')) ncnn.call('_initialize');
  return ncnn;
}

function ncnnOf(exports: Exports, prefix: string, buffer: () => ArrayBufferLike, takeLog: () => string): Ncnn {
  let crash: unknown;
  const has = (name: string): boolean => typeof exports[prefix + name] === 'function';
  if (!has('ncnn_net_create') || !has('malloc')) throw notNcnn();
  return {
    has,
    hasCrashed: () => crash !== undefined,
    bytes: () => new Uint8Array(buffer()),
    words: () => new Int32Array(buffer()),
    takeLog,
    call: (name, ...words) => {
      const run = exports[prefix + name];
      if (typeof run !== 'function')
        throw new SessionError('wasm', `The wasm has no function ${prefix}${name}. Export it in your build of ncnn.`);
      try {
        if (crash !== undefined) throw crash;
        return Number(run(...words));
      } catch (cause) {
        if (cause instanceof SessionError) throw cause;
        // After a trap nothing in the memory can be relied on.
        crash = cause;
        throw new SessionError(
          'crash',
          `ncnn crashed in ${name}: ${cause} ${takeLog()}. Create a new session; if it is out of memory, use smaller inputs.`,
          { cause },
        );
      }
    },
  };
}

function notNcnn(): SessionError {
  return new SessionError(
    'wasm',
    'The wasm is not ncnn with its C API. Use the ncnn.wasm of this package, or export malloc, free and ncnn_*.',
  );
}
