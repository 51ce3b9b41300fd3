import { sessionOn } from '../session/createSession.ts';
import { loadWeights } from '../session/loadWeights.ts';
import type { LoadOptions, Session } from '../session/types.ts';
import type { NcnnModel } from '../types.ts';
import { loadNet } from './net.ts';
import { sharedInstance, type WasmSource } from './shared.ts';

export interface SessionOptions extends LoadOptions {
  /** ncnn as WebAssembly; by default the file of this package. The same source is loaded once for all sessions. */
  readonly wasm?: WasmSource;
  /** For a build with threads: how many run a net. */
  readonly threads?: number;
}

/**
 * Loads a net into ncnn, while its weights and the wasm arrive side by side. Sessions of one model share its weights.
 * Throws {@link SessionError}, or the reason of `signal`.
 */
export async function createSession<M extends NcnnModel>(model: M, options: SessionOptions = {}): Promise<Session<M>> {
  const { signal } = options;
  signal?.throwIfAborted();
  let weights: Promise<Uint8Array> | undefined;
  const startWeights = (): Promise<Uint8Array> => {
    weights ??= loadWeights(model, options);
    // Where the wasm fails to load, nothing waits for them.
    weights.catch(() => {});
    return weights;
  };
  const instance = await sharedInstance(options.wasm, options, startWeights);
  try {
    const { ncnn, nets } = instance.value;
    const net = await nets.acquire(model.hash, async () => loadNet(ncnn, model, await startWeights(), options.threads));
    const dispose = (): void => {
      net.release();
      instance.release();
    };
    if (signal?.aborted) dispose();
    signal?.throwIfAborted();
    return sessionOn(model, { run: net.value.run, dispose });
  } catch (error) {
    instance.release();
    throw error;
  }
}
