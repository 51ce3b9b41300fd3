import { featureBits, featureMaskOf, withFeatureMask } from '../featureMask.ts';
import { recordOf } from '../layers/layerTypes.ts';
import type { Layer, Net } from '../net.ts';

/**
 * Feature masks that disable fp16: for the arithmetic of a layer, or for its blobs as well. Layers without a mask use fp16 for both if the
 * options of the net enable it.
 */
export type HalfMask = 'arithmetic' | 'storage';

/** The masks of a net by the name of the layer. */
export type HalfMasks = ReadonlyMap<string, HalfMask>;

/** The value of parameter 31. The storage bit needs the other one: ncnn packs blobs for fp16 arithmetic by 8 elements. */
export const maskBits: Readonly<Record<HalfMask, 1 | 3>> = { arithmetic: 1, storage: 3 };

/** What a layer uses fp16 for when the net runs in fp16: arithmetic and storage, only storage, or nothing. */
export function halfModeOf(layer: Layer): 'arithmetic' | 'storage' | 'none' {
  const mask = featureMaskOf(layer);
  if ((mask & featureBits.fp16Storage) !== 0) return 'none';
  return (mask & featureBits.fp16Arithmetic) !== 0 ? 'storage' : 'arithmetic';
}

/** Whether a mask keeps the blobs of a layer in fp32 that would be fp16 without it. */
export function isWide(layer: Layer): boolean {
  return recordOf(layer)?.half !== undefined && halfModeOf(layer) === 'none';
}

/** The net with masks on the named layers, in addition to the bits that are already set. */
export function withMasks(net: Net, masks: HalfMasks): Net {
  return { ...net, layers: net.layers.map((layer) => masked(layer, masks.get(layer.name))) };
}

function masked(layer: Layer, mask: HalfMask | undefined): Layer {
  return mask === undefined ? layer : withFeatureMask(layer, maskBits[mask]);
}
