import { decode } from '../interpreter/decode.ts';
import { interpreterOn, type Observe } from '../interpreter/interpret.ts';
import { planOf } from '../interpreter/planOf.ts';
import type { Backend } from '../runtime/session/backend.ts';
import type { NcnnModel } from '../runtime/types.ts';
import { instantiate, type Ncnn } from '../runtime/wasm/ncnn.ts';
import { loadNet } from '../runtime/wasm/net.ts';

/** A backend whose computations can be observed. */
export interface ObservedBackend extends Backend {
  /** Sets the observer of the runs that follow, or none. */
  readonly observe: (observer: Observe | undefined) => void;
}

/** Loads a net into ncnn as WebAssembly, or without it into the interpreter. Throws `Failure`. */
export async function openBackend(model: NcnnModel, bin: Uint8Array, wasm?: WebAssembly.Module): Promise<ObservedBackend> {
  let current: Observe | undefined;
  const observe: Observe = (blobId) => current?.(blobId);
  const { name, param } = model;
  const backend =
    wasm === undefined
      ? interpreterOn(name, decode(name, param, bin, planOf(name, param, bin)), observe)
      : loadNet(observedNcnn(await instantiate(wasm), observe), model, bin);
  return {
    ...backend,
    observe: (observer) => {
      current = observer;
    },
  };
}

/** ncnn computes a blob when it is extracted. */
function observedNcnn(ncnn: Ncnn, observe: Observe): Ncnn {
  const call: Ncnn['call'] = (name, ...words) => {
    const end = name === 'extractor_extract_index' ? observe(words[1] ?? -1) : undefined;
    const code = ncnn.call(name, ...words);
    end?.();
    return code;
  };
  return { ...ncnn, call };
}
