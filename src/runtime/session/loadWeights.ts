import { Failure } from '../failure.ts';
import type { NcnnModel } from '../types.ts';
import type { LoadOptions } from './types.ts';

/** The weights of a model. Throws {@link Failure}, or the reason of `signal`. */
export async function loadWeights(model: NcnnModel, { onProgress, signal }: LoadOptions): Promise<Uint8Array> {
  const init = {
    ...(signal && { signal }),
    ...(onProgress && { onProgress: (loaded: number) => onProgress({ file: 'weights', loaded, total: model.binLength }) }),
  };
  const weights = await model.loadBin(init).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new Failure('weights-load', [cause instanceof Error ? cause.message : String(cause)], cause);
  });
  if (weights.length !== model.binLength) throw new Failure('weights-length', [model.name, weights.length, model.binLength]);
  return weights;
}
