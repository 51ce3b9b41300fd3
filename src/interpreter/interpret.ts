import { type BlobData, LayerCall } from '../net/layers/kernels/call.ts';
import { Failure } from '../runtime/failure.ts';
import type { Backend, ExtractedBlob, Feed } from '../runtime/session/backend.ts';
import type { DecodedLayer } from './decode.ts';

/** Called when the computation of a blob starts; the returned function, when it ends. */
export type Observe = (blobId: number) => (() => void) | undefined;

/** Runs layers one after another; a blob is released after its last reader. */
export function interpreterOn(name: string, layers: readonly DecodedLayer[], observe?: Observe): Backend {
  return { run: (feeds, blobIds) => interpret(name, layers, feeds, blobIds, observe), dispose: () => {} };
}

function interpret(
  name: string,
  layers: readonly DecodedLayer[],
  feeds: readonly Feed[],
  blobIds: readonly number[],
  observe: Observe | undefined,
): readonly ExtractedBlob[] {
  const blobs = new Map<number, BlobData>(feeds.map(({ blobId, shape, data }) => [blobId, { shape, values: floatsOf(data) }]));
  const readers = new Map<number, number>();
  for (const blob of [...layers.flatMap(({ bottoms }) => bottoms), ...blobIds]) readers.set(blob, (readers.get(blob) ?? 0) + 1);
  layers.forEach((layer, index) => {
    if (layer.type === 'Input') return;
    const bottoms = layer.bottoms.map((blob) => {
      const data = blobs.get(blob);
      if (data === undefined) throw new Failure('layer-blob', [name, index, layer.type, blob]);
      return data;
    });
    const end = observe?.(layer.tops[0] ?? -1);
    const tops = runLayer(name, layer, index, bottoms);
    end?.();
    layer.tops.forEach((blob, top) => {
      const data = tops[top];
      if (data !== undefined) blobs.set(blob, data);
    });
    for (const blob of layer.bottoms) {
      const remaining = (readers.get(blob) ?? 0) - 1;
      readers.set(blob, remaining);
      if (remaining === 0) blobs.delete(blob);
    }
  });
  return blobIds.map((blob) => {
    const { shape, values } = blobs.get(blob) ?? { shape: [], values: new Float32Array() };
    // A kernel may return its input array.
    return { shape, data: values.slice() };
  });
}

function runLayer(name: string, { type, kernel, called }: DecodedLayer, index: number, bottoms: readonly BlobData[]): readonly BlobData[] {
  if (kernel === undefined) throw new Failure('support-kernel', [name, index, type]);
  try {
    return kernel(new LayerCall(called, bottoms));
  } catch (cause) {
    // The kernels of models that a build does not know are bundled with another copy of the class.
    if (!(cause instanceof Error && cause.name === 'LayerError')) throw cause;
    const shapes = bottoms.map(({ shape }) => `[${shape}]`).join(', ');
    throw new Failure('layer-kernel', [name, index, type, shapes, cause.message], cause);
  }
}

/** int32 values are stored in a blob as bits. */
function floatsOf(data: Float32Array | Int32Array): Float32Array {
  return data instanceof Float32Array ? data : new Float32Array(data.buffer, data.byteOffset, data.length);
}
