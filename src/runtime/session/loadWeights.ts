import { Failure } from '../failure.ts';
import type { NcnnModel } from '../types.ts';
import type { LoadOptions } from './types.ts';

/** The weights of a model. Throws {@link Failure}, or the reason of `signal`. */
export async function loadWeights({ name, binLength, loadBin }: NcnnModel, { onProgress, signal }: LoadOptions): Promise<Uint8Array> {
  const init = {
    signal: signal ?? null,
    onProgress: (loaded: number) => onProgress?.({ file: 'weights', loaded, total: binLength }),
  };
  const weights = await loadBin(init).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new Failure('weights-load', [cause], cause);
  });
  if (weights.length !== binLength) throw new Failure('weights-length', [name, weights.length, binLength]);
  return weights;
}
