import { ncnnError } from '../../diagnostics/diagnostic.ts';
import { weightSlots } from '../layers/weights.ts';
import { type Layer, type Net, typeName } from '../net.ts';
import type { Weight, WeightStorage } from '../weight.ts';

/** The flag before a tagged weight. */
export const weightTags: Readonly<Record<Exclude<WeightStorage, 'opaque'>, number>> = {
  float32: 0,
  float16: 0x01306b47,
  bfloat16: 0x01348b83,
  int8: 0x000d4b38,
};

/** Flag of float32 values that ncnn quantizes to int8 when it loads them. */
export const rawTag = 0x0002c056;

/** Number of floats before the indices of a weight that is stored as a table. */
const tableSize = 256;

/** Number of bytes in the elements, without flag and padding. */
export function dataLength({ storage, length, flag }: Weight): number {
  switch (storage) {
    case 'float32':
      return length * 4;
    case 'float16':
    case 'bfloat16':
      return length * 2;
    case 'int8':
      return length;
    case 'opaque':
      return flag === undefined ? length : tableSize * 4 + length;
  }
}

/** Length of the weight file in bytes. */
export function weightsLength(net: Net): number {
  let total = 0;
  for (const layer of net.layers) {
    for (const { weight, isTagged } of storedWeights(layer)) total += (isTagged ? 4 : 0) + paddedToFour(dataLength(weight));
  }
  return total;
}

/**
 * The weight file in chunks: views of the model file, or computed weights, one at a time. Weights start at multiples of four bytes. Throws
 * `NcnnError` if a weight returns another number of bytes than declared.
 */
export function* writeWeights(net: Net): Generator<Uint8Array, void, undefined> {
  for (const layer of net.layers) {
    for (const { weight, isTagged } of storedWeights(layer)) {
      if (isTagged) yield word(weight.flag ?? (weight.storage === 'opaque' ? 0 : weightTags[weight.storage]));
      const bytes = weight.read();
      const expected = dataLength(weight);
      if (bytes.byteLength !== expected) {
        throw ncnnError(
          'net-invalid',
          `a weight was written with ${bytes.byteLength} bytes, expected ${expected}`,
          'Report this bug of the converter together with the model.',
          { node: layer.name, operator: typeName(layer) },
        );
      }
      yield bytes;
      const padding = paddedToFour(expected) - expected;
      if (padding > 0) yield new Uint8Array(padding);
    }
  }
}

function storedWeights(layer: Layer): readonly { weight: Weight; isTagged: boolean }[] {
  const slots = weightSlots(layer);
  return layer.weights.map((weight, index) => ({ weight, isTagged: slots?.[index]?.storage === 'tagged' }));
}

/** The next multiple of four. */
export function paddedToFour(length: number): number {
  return Math.ceil(length / 4) * 4;
}

function word(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, value, true);
  return new Uint8Array(view.buffer);
}
