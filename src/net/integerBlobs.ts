import { featureBits, withFeatureMask } from './featureMask.ts';
import { movedBottoms, recordOf } from './layers/layerTypes.ts';
import type { Layer } from './net.ts';

/** The blobs with the int32 elements that an Embed reads, on all the way from the inputs. */
export function integerBlobs(layers: readonly Layer[]): ReadonlySet<string> {
  const integers = new Set(layers.flatMap(({ type, bottoms }) => (type === 'Embed' ? bottoms : [])));
  if (integers.size === 0) return integers;
  for (const layer of layers.toReversed()) {
    if (layer.tops.some((top) => integers.has(top))) for (const bottom of movedBottoms(layer)) integers.add(bottom);
  }
  return integers;
}

/**
 * The layers, of which those that move the int32 elements that an Embed reads keep their blobs in fp32: where ncnn stores blobs in fp16, it
 * casts the bits of small integers to 0.
 */
export function withIntegerBlobs(layers: readonly Layer[]): readonly Layer[] {
  const integers = integerBlobs(layers);
  if (integers.size === 0) return layers;
  return layers.map((layer) => {
    const isCast = recordOf(layer)?.half === 'moved' && layer.tops.some((top) => integers.has(top));
    return isCast ? withFeatureMask(layer, featureBits.fp16Arithmetic | featureBits.fp16Storage) : layer;
  });
}
