import { explained } from '../failure.ts';
import { sessionOn } from '../session/createSession.ts';
import { loadWeights } from '../session/loadWeights.ts';
import type { LoadOptions, Session } from '../session/types.ts';
import type { NcnnModel } from '../types.ts';
import { loadNet, type Prepare } from './net.ts';
import { sharedInstance, type WasmSource } from './shared.ts';

export interface SessionOptions extends LoadOptions {
  /** ncnn as WebAssembly; by default the file of this package. Sessions with the same source share one instance. */
  readonly wasm?: WasmSource;
  /** Number of threads that run a net, for a build with threads. */
  readonly threads?: number;
  /** Computes the layers in the model's `customLayers`: a result of the function `customLayers`. */
  readonly customLayers?: Prepare;
}

/**
 * Loads a net into ncnn; its weights and the wasm are loaded in parallel. Sessions of one model share its weights. Throws `SessionError`,
 * or the reason of `signal`.
 */
export function createSession<M extends NcnnModel>(model: M, options: SessionOptions = {}): Promise<Session<M>> {
  const { signal, threads, customLayers } = options;
  return explained(async () => {
    signal?.throwIfAborted();
    let weights: Promise<Uint8Array> | undefined;
    const startWeights = (): Promise<Uint8Array> => {
      weights ??= loadWeights(model, options);
      // If the wasm fails to load, nothing awaits the weights.
      weights.catch(() => {});
      return weights;
    };
    const { value: instance, release } = await sharedInstance(options.wasm, options, startWeights);
    try {
      const { ncnn, nets } = instance;
      const load = async () => loadNet(ncnn, model, await startWeights(), threads, customLayers);
      // The same net with other custom layers is another net.
      const net = await nets.acquire(customLayers === undefined ? model.hash : {}, load);
      const dispose = (): void => {
        net.release();
        release();
      };
      if (signal?.aborted) net.release();
      signal?.throwIfAborted();
      return sessionOn(model, { run: net.value.run, dispose });
    } catch (error) {
      release();
      throw error;
    }
  });
}
