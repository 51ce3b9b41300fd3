import { SessionError } from '../sessionError.ts';
import type { NcnnModel } from '../types.ts';
import type { LoadOptions } from './types.ts';

/** The weights of a model. Throws {@link SessionError}, or the reason of `signal`. */
export async function loadWeights(model: NcnnModel, { onProgress, signal }: LoadOptions): Promise<Uint8Array> {
  const init = {
    ...(signal === undefined ? {} : { signal }),
    ...(onProgress === undefined
      ? {}
      : { onProgress: (loaded: number) => onProgress({ file: 'weights', loaded, total: model.binLength }) }),
  };
  const weights = await model.loadBin(init).catch((cause: unknown) => {
    signal?.throwIfAborted();
    throw new SessionError('weights', cause instanceof Error ? cause.message : String(cause), { cause });
  });
  if (weights.byteLength === model.binLength) return weights;
  throw new SessionError(
    'weights',
    `The weights of "${model.name}" are ${weights.byteLength} bytes, expected ${model.binLength}. Use the .bin of the same conversion.`,
  );
}
