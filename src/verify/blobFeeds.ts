import type { Tensor } from '../graph/ir/tensor.ts';
import type { BlobData } from '../net/execute.ts';
import type { Binding, Model } from '../net/model.ts';

/** The blobs to feed for one sample. */
export function blobFeeds({ inputs }: Model, feeds: ReadonlyMap<string, Tensor>, sample: number): ReadonlyMap<string, BlobData> {
  return new Map(
    inputs.flatMap((binding): [string, BlobData][] => {
      const tensor = feeds.get(binding.name);
      if (binding.blob === null || tensor === undefined) return [];
      const all = binding.feed === 'int32' ? new Float32Array(Int32Array.from(tensor.toFloat64()).buffer) : tensor.toFloat32();
      const length = all.length / (binding.batch ?? 1);
      const values = (binding.batch ?? 1) > 1 ? all.subarray(sample * length, (sample + 1) * length) : all;
      return [[binding.blob, { shape: blobShape(binding, tensor.shape, values.length), values }]];
    }),
  );
}

/** The shape of the blob, with dynamic axes taken from the tensor or inferred from the number of elements. */
function blobShape(binding: Binding, shape: readonly number[], size: number): readonly number[] {
  const symbols = new Map(binding.shape.map((length, axis) => [length, shape[axis] ?? 1]));
  const settled = binding.blobShape.map((length) => (typeof length === 'number' ? length : symbols.get(length)));
  const known = settled.reduce<number>((product, length) => product * (length ?? 1), 1);
  return settled.map((length) => length ?? size / known);
}
