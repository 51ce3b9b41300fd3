import { Failure } from '../failure.ts';
import type { Backend } from '../session/backend.ts';
import { type Share, Shared } from '../session/shared.ts';
import type { LoadOptions } from '../session/types.ts';
import { compile } from './compile.ts';
import { type EmscriptenModule, instantiate, isEmscripten, type Ncnn, ncnnOfEmscripten } from './ncnn.ts';
import { defaultWasm } from './ncnnWasmUrl.ts';

/** What `wasm` may be: a URL, bytes, a compiled module, or an instance created by Emscripten. */
export type WasmSource = string | URL | BufferSource | WebAssembly.Module | EmscriptenModule;

/** An instance of ncnn with its loaded nets, by the hash of the model. */
export interface Instance {
  readonly ncnn: Ncnn;
  readonly nets: Shared<unknown, Backend>;
}

/**
 * The state of the runtime: compiled code by URL, and instances of ncnn by source. A page can have several sessions and must not fetch and
 * compile ncnn, or allocate its memory, for each of them. The memory of an instance is freed with its last session.
 */
const compiled = new Map<string, WebAssembly.Module>();
const instances = new Shared<unknown, Instance>(
  () => {},
  ({ ncnn }) => !ncnn.hasCrashed(),
);

/** The instance of ncnn for a source. `onLoad` is called if it has to be loaded, so that other things can load in parallel. */
export async function sharedInstance(wasm: WasmSource | undefined, options: LoadOptions, onLoad: () => void): Promise<Share<Instance>> {
  const source = wasm ?? defaultWasm();
  if (source === undefined) throw new Failure('wasm-absent', []);
  const key = source instanceof URL ? source.href : source;
  return await instances.acquire(key, async () => {
    onLoad();
    return { ncnn: await load(key, options), nets: new Shared((net) => net.dispose()) };
  });
}

async function load(source: Exclude<WasmSource, URL>, options: LoadOptions): Promise<Ncnn> {
  if (isEmscripten(source)) return ncnnOfEmscripten(source);
  if (source instanceof WebAssembly.Module) return await instantiate(source);
  if (typeof source !== 'string') return await instantiate(await compile(source, options));
  const module = compiled.get(source) ?? (await compile(source, options));
  compiled.set(source, module);
  return await instantiate(module);
}
