import { bfloat16ToNumber, halfToNumber } from '../../../bytes/half.ts';
import { floatsOf, type Weight } from '../../weight.ts';

/** Whether the elements of a weight are floats of any width. */
export function isFloatWeight(weight: Weight | undefined): weight is Weight {
  return weight !== undefined && (weight.storage === 'float32' || weight.storage === 'float16' || weight.storage === 'bfloat16');
}

/** The elements of a float weight in an array that the caller may modify; float32 represents all of them exactly. */
export function copyOfFloats(weight: Weight): Float32Array {
  if (weight.isFresh === true && weight.storage === 'float32') return floatsOf(weight);
  if (weight.storage !== 'float32') return new Float32Array(float64Values(weight));
  // Exactly one copy, whatever the alignment of the bytes: kernels are large.
  const values = new Float32Array(weight.length);
  new Uint8Array(values.buffer).set(weight.read());
  return values;
}

/** The elements of a float weight in double precision. */
export function float64Values(weight: Weight): Float64Array {
  const { storage, doubles } = weight;
  if (doubles !== undefined) return doubles();
  if (storage === 'float32') return new Float64Array(floatsOf(weight));
  if (storage !== 'float16' && storage !== 'bfloat16') throw new TypeError(`a weight stored as ${storage} has no numbers`);
  const toNumber = storage === 'float16' ? halfToNumber : bfloat16ToNumber;
  const bytes = weight.read();
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float64Array(weight.length);
  for (let index = 0; index < values.length; index++) values[index] = toNumber(words.getUint16(index * 2, true));
  return values;
}
