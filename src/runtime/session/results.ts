import type { NcnnTensor } from '../types.ts';
import type { ExtractedBlob } from './backend.ts';
import type { Feeds } from './feeds.ts';
import { bind, countElements, resolveShape } from './sizes.ts';

/** An output before it gets the types of its model. */
export interface Result {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** An output in the source's shape, combined from all samples. */
export function resultOf(tensor: NcnnTensor, samples: readonly ExtractedBlob[], { sizes, batchAxis }: Feeds): Result {
  const isBatched = batchAxis !== undefined && tensor.shape[0] === batchAxis;
  const parts = isBatched ? samples : samples.slice(0, 1);
  const [{ shape = [], data = new Float32Array() } = {}] = parts;
  const known = new Map(sizes);
  if (shape.length === tensor.ncnnShape.length) bind(tensor.ncnnShape, shape, known);
  if (isBatched && typeof batchAxis === 'string') known.set(batchAxis, parts.length);
  const all = parts.length === 1 ? data : joined(parts);
  const resolved = resolveShape(tensor.shape, all.length, known);
  // Unknown sizes are those of the blob.
  const fits = resolved !== undefined && countElements(resolved) === all.length;
  return {
    data: tensor.feed === 'int32' ? new Int32Array(all.buffer, all.byteOffset, all.length) : all,
    shape: fits ? resolved : isBatched ? [parts.length, ...shape] : shape,
  };
}

function joined(parts: readonly ExtractedBlob[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, { data }) => length + data.length, 0));
  let position = 0;
  for (const { data } of parts) {
    all.set(data, position);
    position += data.length;
  }
  return all;
}
