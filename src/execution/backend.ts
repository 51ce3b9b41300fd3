import { decode } from '../interpreter/decode.ts';
import { interpreterOn } from '../interpreter/interpret.ts';
import { planOf } from '../interpreter/planOf.ts';
import type { Backend } from '../runtime/session/backend.ts';
import type { NcnnModel } from '../runtime/types.ts';
import { instantiate } from '../runtime/wasm/ncnn.ts';
import { loadNet } from '../runtime/wasm/net.ts';

/** Loads a net into ncnn as WebAssembly, or without it into the interpreter. Throws `Failure`. */
export async function openBackend(model: NcnnModel, bin: Uint8Array, wasm?: WebAssembly.Module): Promise<Backend> {
  if (wasm !== undefined) return loadNet(await instantiate(wasm), model, bin);
  return interpreterOn(model.name, decode(model.name, model.param, bin, planOf(model.name, model.param, bin)));
}
