import { featureBits, featureMaskOf, withFeatureMask } from '../featureMask.ts';
import type { Layer, Net } from '../net.ts';

/** Feature masks that turn fp16 off. Layers without one use fp16 for blobs and sums where the options of the net say so. */
export type HalfMask = 'arithmetic' | 'storage';

/** What a layer computes in where the net runs in fp16: sums, only storage, or neither is fp16. */
export function halfModeOf(layer: Layer): 'sums' | 'storage' | 'none' {
  const mask = featureMaskOf(layer);
  if ((mask & featureBits.fp16Storage) !== 0) return 'none';
  return (mask & featureBits.fp16Arithmetic) !== 0 ? 'storage' : 'sums';
}

/** The net with masks on the named layers, which keep what else their masks turn off. */
export function withMasks(net: Net, masks: ReadonlyMap<string, HalfMask>): Net {
  return { ...net, layers: net.layers.map((layer) => masked(layer, masks.get(layer.name))) };
}

function masked(layer: Layer, mask: HalfMask | undefined): Layer {
  if (mask === undefined) return layer;
  return withFeatureMask(layer, featureBits.fp16Arithmetic | (mask === 'storage' ? featureBits.fp16Storage : 0));
}
