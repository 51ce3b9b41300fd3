import type { NcnnTensor } from '../types.ts';
import type { ExtractedBlob } from './backend.ts';
import type { Feeds } from './feeds.ts';
import type { Result } from './plain.ts';
import { bind, countElements, resolveShape } from './sizes.ts';

/** An output in the source's shape, combined from all samples. */
export function joinedResult(tensor: NcnnTensor, samples: readonly ExtractedBlob[], { sizes, batchAxis }: Feeds): Result {
  const isBatched = batchAxis !== undefined && tensor.shape[0] === batchAxis;
  const parts = isBatched ? samples : samples.slice(0, 1);
  const shape = parts[0]?.shape ?? [];
  const known = new Map(sizes);
  bind(tensor.ncnnShape, shape, known);
  if (isBatched && typeof batchAxis === 'string') known.set(batchAxis, parts.length);
  const data = joined(parts);
  const resolved = resolveShape(tensor.shape, data.length, known);
  // Unknown sizes are those of the blob.
  const fits = resolved !== undefined && countElements(resolved) === data.length;
  return {
    data: tensor.feed === 'int32' ? new Int32Array(data.buffer) : data,
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
