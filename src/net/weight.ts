/**
 * Element type of a weight in the `.bin`. `opaque` is kept as it came: packed bits, a table with its indices, or what a
 * custom layer reads. Whether a flag stands in front is not up to the weight: the layer knows (`layers/weights.ts`).
 */
export type WeightStorage = 'float32' | 'float16' | 'bfloat16' | 'int8' | 'opaque';

/**
 * One weight array of a layer. It is a view of the model file or a recipe to compute it: `read` is called by the
 * writer, one weight at a time, so that a large net is never in memory twice.
 */
export interface Weight {
  /** Number of elements; bytes where it is `opaque` without a flag. */
  readonly length: number;
  readonly storage: WeightStorage;
  /** The 4-byte flag that stood in front, where it is not the usual one of the storage. */
  readonly flag?: number;
  /** Little-endian bytes without the flag; a view, or made anew at each call. Not to be written to. */
  readonly read: () => Uint8Array;
  /** The values before they are rounded to float32, of a weight that passes fuse: what is fused further starts from these. */
  readonly doubles?: () => Float64Array;
  /** How many such weights are computed one from another to get it. */
  readonly depth?: number;
}

/** float32 values that lie in a file or buffer. */
export function weightView(bytes: Uint8Array): Weight {
  return { length: bytes.byteLength / 4, storage: 'float32', read: () => bytes };
}

/** float32 values computed when they are written. */
export function computedWeight(length: number, compute: () => Float32Array): Weight {
  return { length, storage: 'float32', read: () => bytesOf(compute()) };
}

/** A longer chain of recipes would be deeper than the call stack. */
const maxDepth = 200;

/**
 * Values computed from other weights in double precision, rounded to float32 once when they are written, however often they are fused
 * before. At the end of a long chain of such recipes they are computed at once.
 */
export function fusedWeight(length: number, sources: readonly (Weight | undefined)[], compute: () => Float64Array): Weight {
  const depth = 1 + sources.reduce((most, source) => Math.max(most, source?.depth ?? 0), 0);
  return depth > maxDepth ? doubleWeight(compute()) : withDoubles(length, compute, depth);
}

/** Values in double precision, rounded to float32 when they are written. */
export function doubleWeight(values: Float64Array): Weight {
  return withDoubles(values.length, () => values.slice(), 0);
}

function withDoubles(length: number, doubles: () => Float64Array, depth: number): Weight {
  return { ...computedWeight(length, () => new Float32Array(doubles())), doubles, depth };
}

/** float32 values at hand. */
export function weightOf(values: Float32Array | readonly number[]): Weight {
  const array = values instanceof Float32Array ? values : new Float32Array(values);
  return weightView(bytesOf(array));
}

/** The values of a float32 weight; copies only where the bytes are not aligned. */
export function floatsOf(weight: Weight): Float32Array {
  if (weight.storage !== 'float32') throw new TypeError(`a weight stored as ${weight.storage} has no float32 view`);
  const bytes = weight.read();
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  return new Float32Array(aligned.buffer, aligned.byteOffset, weight.length);
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
