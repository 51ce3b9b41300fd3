import { Failure } from '../failure.ts';
import type { ExtractedBlob, Feed } from '../session/backend.ts';
import type { Ncnn } from './ncnn.ts';

/** A Mat of the values, which the caller destroys. Throws {@link Failure} if there is not enough memory. */
export function createMat(ncnn: Ncnn, shape: readonly number[], { buffer, byteOffset, length }: Feed['data']): number {
  const mat = ncnn.call(`mat_create_${shape.length}d`, ...[...shape].reverse(), 0);
  if (!ncnn.call('mat_get_data', mat)) {
    ncnn.call('mat_destroy', mat);
    throw new Failure('memory-full', [`input [${shape}]`]);
  }
  // int32 values are copied as bits.
  for (const [channel, values] of channelsOf(ncnn, mat, new Float32Array(buffer, byteOffset, length))) channel.set(values);
  return mat;
}

/** A copy of the values of a Mat. Throws {@link Failure} for elements that are not float32. */
export function readMat(ncnn: Ncnn, mat: number): ExtractedBlob {
  const get = (name: string): number => ncnn.call(`mat_get_${name}`, mat);
  const shape = [...(['', 'w', 'hw', 'chw', 'cdhw'][get('dims')] ?? '')].map(get);
  const data = new Float32Array(shape.reduce((all, size) => all * size, shape.length && 1));
  if (data.length === 0) return { shape: [], data };
  if (get('elemsize') !== 4) throw new Failure('layer-elements', []);
  for (const [channel, values] of channelsOf(ncnn, mat, data)) values.set(channel);
  return { shape, data };
}

/** A view of the memory of each channel, which ncnn aligns, and a view of its values. */
function channelsOf({ call, memory }: Ncnn, mat: number, values: Float32Array): readonly (readonly [Float32Array, Float32Array])[] {
  const count = call('mat_get_c', mat);
  const size = values.length / count;
  return Array.from({ length: count }, (_, index) => [
    new Float32Array(memory(), call('mat_get_channel_data', mat, index), size),
    values.subarray(index * size, (index + 1) * size),
  ]);
}
