import type { Layer } from '../net/net.ts';
import type { WeightPlace } from './plan.ts';

/** Where the weights of layers are that were read from `bin`. */
export function weightPlaces(layers: readonly Layer[], bin: Uint8Array): readonly (readonly WeightPlace[])[] {
  return layers.map(({ weights }) =>
    weights.map(({ read, length, storage }): WeightPlace => [read().byteOffset - bin.byteOffset, length, storage]),
  );
}
