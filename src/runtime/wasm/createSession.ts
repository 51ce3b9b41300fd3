import { explained } from '../failure.ts';
import type { Backend } from '../session/backend.ts';
import { sessionOn } from '../session/createSession.ts';
import { loadWeights } from '../session/loadWeights.ts';
import { type Acquire, shared } from '../session/shared.ts';
import type { LoadOptions, Session } from '../session/types.ts';
import type { NcnnModel } from '../types.ts';
import { loadNcnn } from './loadNcnn.ts';
import type { Ncnn, ResolvedSource, WasmSource } from './ncnn.ts';
import { defaultWasm } from './ncnnWasmUrl.ts';
import { loadNet, type Prepare } from './net.ts';

export interface SessionOptions extends LoadOptions {
  /** ncnn as WebAssembly; by default the file of this package. Sessions with the same source share one instance. */
  readonly wasm?: WasmSource;
  /** Number of threads that run a net, for a build with threads. */
  readonly threads?: number;
  /** Computes the layers in the model's `customLayers`: a result of the function `customLayers`. */
  readonly customLayers?: Prepare;
}

/** An instance of ncnn with its loaded nets, by the hash of the model. */
interface NetCache extends Ncnn {
  readonly nets: Acquire<unknown, Backend>;
}

/**
 * Instances by source. A page can have several sessions and must not allocate the memory of ncnn for each of them. The memory of an
 * instance is freed with its last session.
 */
const instances: Acquire<ResolvedSource, NetCache> = shared();

/**
 * Loads a net into ncnn; its weights and the wasm are loaded in parallel. Sessions of one model share its weights. Throws `SessionError`,
 * or the reason of `signal`.
 */
export function createSession<M extends NcnnModel>(model: M, options: SessionOptions = {}): Promise<Session<M>> {
  const { signal, threads, customLayers, wasm = defaultWasm() } = options;
  return explained(async () => {
    signal?.throwIfAborted();
    const source = wasm instanceof URL ? wasm.href : wasm;
    let weights: Promise<Uint8Array> | undefined;
    const { value: ncnn, release } = await instances(source, async () => {
      weights = loadWeights(model, options);
      // If the wasm fails to load, nothing awaits the weights.
      weights.catch(() => {});
      return { ...(await loadNcnn(source, options)), nets: shared() };
    });
    // The same net with other custom layers is another net.
    const net = await ncnn
      .nets(customLayers ? {} : model.hash, async () =>
        loadNet(ncnn, model, await (weights ?? loadWeights(model, options)), threads, customLayers),
      )
      .catch((error: unknown) => {
        release();
        throw error;
      });
    // The net has a copy of them, and this scope lives as long as the session.
    weights = undefined;
    const dispose = (): void => {
      net.release();
      release();
    };
    if (signal?.aborted) dispose();
    signal?.throwIfAborted();
    return sessionOn(model, { run: net.value.run, dispose });
  });
}
