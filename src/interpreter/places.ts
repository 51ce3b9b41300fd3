import type { Layer } from '../net/net.ts';
import type { WeightPlace } from './plan.ts';

/** The positions of the layers' weights in `bin`, from which they were read. */
export function weightPlaces(layers: readonly Layer[], bin: Uint8Array): readonly (readonly WeightPlace[])[] {
  return layers.map(({ weights }) =>
    weights.map(({ read, length, storage }): WeightPlace => [read().byteOffset - bin.byteOffset, length, storage]),
  );
}
