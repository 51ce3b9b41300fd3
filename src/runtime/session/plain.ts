/**
 * Plain runs: those of nets with fixed shapes on typed arrays that need no conversion. All others are in `runAny.ts`, which is loaded only
 * when it is needed.
 */
import type { NcnnModel, NcnnTensor } from '../types.ts';
import type { ExtractedBlob, Feed } from './backend.ts';

/** An output before it gets the types of its model. */
export interface Result {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

/** The feeds of a plain run; `undefined` for any other run, and for wrong inputs. */
export function plainFeeds({ inputs, outputs }: NcnnModel, values: Readonly<Record<string, unknown>>): readonly Feed[] | undefined {
  const read = Object.values(inputs).filter(({ blob }) => blob !== null);
  const feeds = read.flatMap((tensor) => plainFeed(tensor, values[tensor.name]));
  const isPlain = feeds.length === read.length && Object.keys(values).length === read.length;
  return isPlain && Object.values(outputs).every(({ shape }) => countElements(shape)) ? feeds : undefined;
}

function plainFeed({ blobId, feed, shape, ncnnShape, batch }: NcnnTensor, value: unknown): Feed | [] {
  const { data = value, shape: stated = shape }: { readonly data?: unknown; readonly shape?: unknown } = Object(value);
  const isPlain =
    data instanceof (feed === 'int32' ? Int32Array : Float32Array) &&
    !batch &&
    countElements(shape) === data.length &&
    `${stated}` === `${shape}`;
  return isPlain ? { blobId: blobId ?? -1, shape: ncnnShape.map(Number), data } : [];
}

/** The outputs of a plain run. */
export function plainResults({ outputs }: NcnnModel, blobs: readonly ExtractedBlob[]): Readonly<Record<string, Result>> {
  // A backend returns a blob for each output.
  return Object.fromEntries(
    Object.entries(outputs).map(([name, tensor], index) => [name, resultOf(tensor, blobs[index] as ExtractedBlob)]),
  );
}

/** An output in the shape of the source if the values fill it, and otherwise in the shape of its blob. */
function resultOf({ feed, shape }: NcnnTensor, blob: ExtractedBlob): Result {
  const { data } = blob;
  return {
    data: feed === 'int32' ? new Int32Array(data.buffer) : data,
    shape: countElements(shape) === data.length ? shape.map(Number) : blob.shape,
  };
}

/** The number of elements; `NaN` for a shape with a dynamic axis. */
function countElements(shape: NcnnTensor['shape']): number {
  return shape.reduce<number>((all, size) => (typeof size === 'number' ? all * size : Number.NaN), 1);
}
