import { roundedHalves } from '../../kernels/half/round.ts';
import { convolveHalf, dotHalf } from '../../kernels/half/sums.ts';
import { type BlobData, executeLayer } from '../execute.ts';
import type { SpendOnLayer, Sums } from '../layers/kernels/call.ts';
import { recordOf } from '../layers/layerTypes.ts';
import type { Layer } from '../net.ts';
import { computedWeight, floatsOf, type Weight } from '../weight.ts';
import { halfModeOf } from './masks.ts';

const halfSums: Sums = { convolve: convolveHalf, dot: dotHalf };

/** Runs layers as on phones: blobs, weights and sums are rounded to fp16 unless the mask of a layer disables it. */
export class PhoneLayers {
  readonly #rounded = new WeakMap<readonly Weight[], readonly Weight[]>();

  /** Computes the tops of one layer from the given bottoms. Throws `NcnnError` like `executeLayer`. */
  run(layer: Layer, bottoms: readonly BlobData[], spend?: SpendOnLayer): readonly BlobData[] {
    const half = recordOf(layer)?.half;
    const mode = half === undefined ? 'none' : halfModeOf(layer);
    if (mode === 'none') return executeLayer(layer, bottoms, spend);
    const stored = bottoms.map(roundedBlob);
    if (half !== 'summed') return executeLayer(layer, stored, spend).map(roundedBlob);
    const weighted: Layer = { ...layer, weights: this.#weightsOf(layer.weights) };
    return executeLayer(weighted, stored, spend, mode === 'sums' ? halfSums : undefined).map(roundedBlob);
  }

  /** Weights as ncnn stores them when it loads the net; each is rounded once. */
  #weightsOf(weights: readonly Weight[]): readonly Weight[] {
    const known = this.#rounded.get(weights);
    if (known !== undefined) return known;
    const rounded = weights.map((weight) => {
      if (weight.storage !== 'float32') return weight;
      const values = roundedHalves(floatsOf(weight));
      return computedWeight(values.length, () => values);
    });
    this.#rounded.set(weights, rounded);
    return rounded;
  }
}

function roundedBlob({ shape, values }: BlobData): BlobData {
  return { shape, values: roundedHalves(values) };
}
