/**
 * Element type of a weight in the `.bin`. `opaque` weights are copied unchanged: packed bits, a table with its indices, or the weights of a
 * custom layer. Whether the file has a flag before a weight depends on the layer (`layers/weights.ts`).
 */
export type WeightStorage = 'float32' | 'float16' | 'bfloat16' | 'int8' | 'opaque';

/**
 * One weight array of a layer: a view of the model file, or a function that computes it. The writer calls `read` for one weight at a time,
 * so that a large net is never in memory twice.
 */
export interface Weight {
  /** Number of elements, or of bytes if the weight is `opaque` without a flag. */
  readonly length: number;
  readonly storage: WeightStorage;
  /** The 4-byte flag before the weight, if it is not the usual one for the storage. */
  readonly flag?: number;
  /** Little-endian bytes without the flag: a view, or computed at each call. Do not modify them unless they are fresh. */
  readonly read: () => Uint8Array;
  /** Whether `read` returns new bytes at each call, which the caller may modify. */
  readonly isFresh?: boolean;
  /** For fused weights: the values before rounding to float32, from which further fusions start. */
  readonly doubles?: () => Float64Array;
  /** The length of the chain of fused weights that this weight is computed from. */
  readonly depth?: number;
}

/** A weight of float32 values in a file or buffer. */
export function weightView(bytes: Uint8Array): Weight {
  return { length: bytes.byteLength / 4, storage: 'float32', read: () => bytes };
}

/** A weight of float32 values that are computed when they are written. */
export function computedWeight(length: number, compute: () => Float32Array): Weight {
  return { length, storage: 'float32', read: () => bytesOf(compute()) };
}

/** The limit on `depth`: longer chains could overflow the call stack. */
const maxDepth = 200;

/**
 * Values computed from other weights in double precision. They are rounded to float32 only once, when they are written, however many
 * fusions precede. If the chain of fused weights exceeds the maximum depth, the values are computed immediately.
 */
export function fusedWeight(length: number, sources: readonly (Weight | undefined)[], compute: () => Float64Array): Weight {
  const depth = 1 + sources.reduce((max, source) => Math.max(max, source?.depth ?? 0), 0);
  return depth > maxDepth ? doubleWeight(compute()) : withDoubles(length, compute, depth);
}

/** Values in double precision, rounded to float32 when they are written. */
export function doubleWeight(values: Float64Array): Weight {
  return withDoubles(values.length, () => values.slice(), 0);
}

function withDoubles(length: number, doubles: () => Float64Array, depth: number): Weight {
  return { ...computedWeight(length, () => new Float32Array(doubles())), doubles, depth };
}

/** A weight of float32 values in memory. */
export function weightOf(values: Float32Array | readonly number[]): Weight {
  const array = values instanceof Float32Array ? values : new Float32Array(values);
  return weightView(bytesOf(array));
}

/** The values of a float32 weight; copied only if the bytes are not aligned. */
export function floatsOf(weight: Weight): Float32Array {
  if (weight.storage !== 'float32') throw new TypeError(`a weight stored as ${weight.storage} has no float32 view`);
  const bytes = weight.read();
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  return new Float32Array(aligned.buffer, aligned.byteOffset, weight.length);
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
