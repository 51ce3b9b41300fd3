import { featureBits, withFeatureMask } from './featureMask.ts';
import { movedBottoms, recordOf } from './layers/layerTypes.ts';
import type { Layer } from './net.ts';

/**
 * The layers, of which those that move the int32 elements that an Embed reads keep their blobs in fp32: where ncnn stores blobs in fp16, it
 * casts the bits of small integers to 0.
 */
export function withIntegerBlobs(layers: readonly Layer[]): readonly Layer[] {
  const integers = new Set(layers.flatMap(({ type, bottoms }) => (type === 'Embed' ? bottoms : [])));
  if (integers.size === 0) return layers;
  const masked = layers.toReversed().map((layer) => {
    if (!layer.tops.some((top) => integers.has(top))) return layer;
    for (const bottom of movedBottoms(layer)) integers.add(bottom);
    const isCast = recordOf(layer)?.half === 'moved';
    return isCast ? withFeatureMask(layer, featureBits.fp16Arithmetic | featureBits.fp16Storage) : layer;
  });
  return masked.toReversed();
}
