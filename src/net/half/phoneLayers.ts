import { roundedHalves } from '../../kernels/half/round.ts';
import { softmaxHalf } from '../../kernels/half/softmax.ts';
import { type BlobData, type ExecuteOptions, executeLayer } from '../execute.ts';
import { type Arithmetic, exactArithmetic } from '../layers/kernels/arithmetic.ts';
import { recordOf } from '../layers/layerTypes.ts';
import type { HalfUse } from '../layers/record.ts';
import { computedWeight, floatsOf, type Weight } from '../weight.ts';
import { halfModeOf } from './masks.ts';
import { phoneArithmetic } from './phoneArithmetic.ts';

/** The arithmetic of layers whose mask disables fp16 arithmetic: the softmax of attention is still fp16. */
const storageArithmetic: Arithmetic = { ...exactArithmetic, softmax: softmaxHalf };

/** Runs layers as on phones: blobs, weights and each step are rounded to fp16 unless the mask of a layer disables it. */
export class PhoneLayers {
  readonly #roundedWeights = new WeakMap<readonly Weight[], readonly Weight[]>();
  readonly #roundedBlobs = new WeakMap<BlobData, BlobData>();

  /** Computes the tops of one layer from the given bottoms, as `execute` calls it. Throws `NcnnError` like `executeLayer`. */
  readonly run: NonNullable<ExecuteOptions['run']> = (layer, bottoms, spend) => {
    const half = recordOf(layer)?.half;
    const mode = half === undefined ? 'none' : halfModeOf(layer);
    if (mode === 'none') return executeLayer(layer, bottoms, spend);
    const called = half === 'summed' ? { ...layer, weights: this.#weightsOf(layer.weights) } : layer;
    const stored = bottoms.map((blob) => this.#rounded(blob));
    return executeLayer(called, stored, spend, arithmeticOf(half, mode)).map((blob) => this.#rounded(blob));
  };

  /** The blob in fp16; each is rounded once. */
  #rounded(blob: BlobData): BlobData {
    const known = this.#roundedBlobs.get(blob);
    if (known !== undefined) return known;
    const rounded = { shape: blob.shape, values: roundedHalves(blob.values) };
    this.#roundedBlobs.set(blob, rounded);
    this.#roundedBlobs.set(rounded, rounded);
    return rounded;
  }

  /** Weights as ncnn stores them when it loads the net; each is rounded once. */
  #weightsOf(weights: readonly Weight[]): readonly Weight[] {
    const known = this.#roundedWeights.get(weights);
    if (known !== undefined) return known;
    const rounded = weights.map((weight) => {
      if (weight.storage !== 'float32') return weight;
      const values = roundedHalves(floatsOf(weight));
      return computedWeight(values.length, () => values);
    });
    this.#roundedWeights.set(weights, rounded);
    return rounded;
  }
}

function arithmeticOf(half: HalfUse | undefined, mode: 'arithmetic' | 'storage'): Arithmetic {
  if (half === 'moved' || half === 'stored') return exactArithmetic;
  return half === 'rounded' || mode === 'arithmetic' ? phoneArithmetic : storageArithmetic;
}
