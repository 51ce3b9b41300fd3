import { Failure } from '../failure.ts';
import type { ExtractedBlob, Feed } from '../session/backend.ts';
import { countElements } from '../session/sizes.ts';
import type { Ncnn } from './ncnn.ts';

/** A Mat of the values, which the caller destroys. Throws {@link Failure} if there is not enough memory. */
export function createMat(ncnn: Ncnn, shape: readonly number[], { buffer, byteOffset, byteLength }: Feed['data']): number {
  const mat = ncnn.call(`mat_create_${shape.length}d`, ...[...shape].reverse(), 0);
  const address = ncnn.call('mat_get_data', mat);
  if (address === 0) throw new Failure('memory-input', [shape]);
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  const memory = new Uint8Array(ncnn.memory());
  for (const [plane, start, end] of planesOf(ncnn, mat, shape, byteLength)) memory.set(bytes.subarray(start, end), address + plane);
  return mat;
}

/** A copy of the values of a Mat. Throws {@link Failure} for elements that are not float32. */
export function readMat(ncnn: Ncnn, mat: number): ExtractedBlob {
  const get = (name: string): number => ncnn.call(`mat_get_${name}`, mat);
  const shape = (['', 'w', 'hw', 'chw', 'cdhw'][get('dims')] ?? '').split('').map(get);
  const data = new Float32Array(shape.length === 0 ? 0 : countElements(shape));
  if (data.length === 0) return { shape: [], data };
  if (get('elemsize') !== 4) throw new Failure('layer-elements', [get('elemsize')]);
  const bytes = new Uint8Array(data.buffer);
  const memory = new Uint8Array(ncnn.memory(), get('data'));
  for (const [plane, start, end] of planesOf(ncnn, mat, shape, bytes.length)) bytes.set(memory.subarray(plane, plane + end - start), start);
  return { shape, data };
}

/** The offset of each plane in the memory of a Mat, which ncnn aligns, and its start and end in the packed values; all in bytes. */
function planesOf(ncnn: Ncnn, mat: number, shape: readonly number[], length: number): readonly (readonly [number, number, number])[] {
  const count = shape.length < 3 ? 1 : (shape[0] ?? 1);
  const step = 4 * ncnn.call('mat_get_cstep', mat);
  const size = length / count;
  return Array.from({ length: count }, (_, plane) => [plane * step, plane * size, (plane + 1) * size]);
}
