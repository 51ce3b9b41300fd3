import { featureBits, withFeatureMask } from './featureMask.ts';
import { paramOf } from './layers/params.ts';
import type { Layer } from './net.ts';

/** Code of `sample_type` for bicubic sampling. */
const bicubic = 3;

/**
 * The layer, changed so that it computes the same with any number of threads. With bicubic sampling of blobs packed by 4, ncnn's GridSample
 * writes to variables that all threads share (`gridsample_bicubic_apply_interpolation.h` of 1.0.20261020), so most runs with two threads
 * return different results.
 */
export function withThreadSafety(layer: Layer): Layer {
  const isUnsafe = layer.type === 'GridSample' && paramOf(layer, 'sample_type') === bicubic;
  return isUnsafe ? withFeatureMask(layer, featureBits.threads) : layer;
}
