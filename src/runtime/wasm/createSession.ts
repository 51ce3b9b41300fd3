import { explained } from '../failure.ts';
import { sessionOn } from '../session/createSession.ts';
import { loadWeights } from '../session/loadWeights.ts';
import type { LoadOptions, Session } from '../session/types.ts';
import type { NcnnModel } from '../types.ts';
import { loadNet, type Prepare } from './net.ts';
import { sharedInstance, type WasmSource } from './shared.ts';

export interface SessionOptions extends LoadOptions {
  /** ncnn as WebAssembly; by default the file of this package. The same source is loaded once for all sessions. */
  readonly wasm?: WasmSource;
  /** For a build with threads: how many run a net. */
  readonly threads?: number;
  /** What computes the layers that the model has as `customLayers`: a result of `customLayers`. */
  readonly customLayers?: Prepare;
}

/**
 * Loads a net into ncnn, while its weights and the wasm arrive side by side. Sessions of one model share its weights.
 * Throws `SessionError`, or the reason of `signal`.
 */
export function createSession<M extends NcnnModel>(model: M, options: SessionOptions = {}): Promise<Session<M>> {
  const { signal, threads, customLayers } = options;
  return explained(async () => {
    signal?.throwIfAborted();
    let weights: Promise<Uint8Array> | undefined;
    const startWeights = (): Promise<Uint8Array> => {
      weights ??= loadWeights(model, options);
      // Where the wasm fails to load, nothing waits for them.
      weights.catch(() => {});
      return weights;
    };
    const { value: instance, release } = await sharedInstance(options.wasm, options, startWeights);
    try {
      const { ncnn, nets } = instance;
      const load = async () => loadNet(ncnn, model, await startWeights(), threads, customLayers);
      // The same net with other layers is another net.
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
