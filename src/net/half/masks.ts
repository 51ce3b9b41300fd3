import { featureBits, featureMaskOf, withFeatureMask } from '../featureMask.ts';
import type { Layer, Net } from '../net.ts';

/** Feature masks that disable fp16. Layers without a mask use fp16 for blobs and sums if the options of the net enable it. */
export type HalfMask = 'arithmetic' | 'storage';

/** What a layer computes in fp16 when the net runs in fp16: sums and storage, only storage, or nothing. */
export function halfModeOf(layer: Layer): 'sums' | 'storage' | 'none' {
  const mask = featureMaskOf(layer);
  if ((mask & featureBits.fp16Storage) !== 0) return 'none';
  return (mask & featureBits.fp16Arithmetic) !== 0 ? 'storage' : 'sums';
}

/** The net with masks on the named layers, in addition to the bits that are already set. */
export function withMasks(net: Net, masks: ReadonlyMap<string, HalfMask>): Net {
  return { ...net, layers: net.layers.map((layer) => masked(layer, masks.get(layer.name))) };
}

function masked(layer: Layer, mask: HalfMask | undefined): Layer {
  if (mask === undefined) return layer;
  return withFeatureMask(layer, featureBits.fp16Arithmetic | (mask === 'storage' ? featureBits.fp16Storage : 0));
}
