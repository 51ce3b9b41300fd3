import { bfloat16ToNumber, halfToNumber } from '../../bytes/half.ts';
import { floatsOf, type Weight } from '../weight.ts';

/** Whether the elements of a weight are floats, of any width. */
export function isFloatWeight(weight: Weight | undefined): weight is Weight {
  return weight !== undefined && (weight.storage === 'float32' || weight.storage === 'float16' || weight.storage === 'bfloat16');
}

/** The elements of a float weight as they are, to be read only: float32 is not copied, unless it lies unaligned. */
export function numbersOf(weight: Weight): Float32Array | Float64Array {
  return weight.storage === 'float32' ? floatsOf(weight) : doublesOf(weight);
}

/** The elements of a float weight in double precision, for arithmetic on them. */
export function doublesOf(weight: Weight): Float64Array {
  const { storage } = weight;
  if (storage === 'float32') return new Float64Array(floatsOf(weight));
  if (storage !== 'float16' && storage !== 'bfloat16') throw new TypeError(`a weight stored as ${storage} has no numbers`);
  const toNumber = storage === 'float16' ? halfToNumber : bfloat16ToNumber;
  const bytes = weight.read();
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Float64Array.from({ length: weight.length }, (_, index) => toNumber(words.getUint16(index * 2, true)));
}
