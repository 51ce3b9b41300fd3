import { Failure } from '../failure.ts';
import type { NcnnModel, NcnnTensor } from '../types.ts';
import type { Feed } from './backend.ts';
import { bind, countElements, resolveShape, type Sizes } from './sizes.ts';

/** The values to feed to the blobs of a net. */
export interface Feeds {
  /** Feeds for each sample of the batch. */
  readonly samples: readonly (readonly Feed[])[];
  /** Sizes of dynamic axes. */
  readonly sizes: Sizes;
  /** The name or size of axis 0, if the net computes one sample of several. */
  readonly batchAxis: number | string | undefined;
}

interface Input {
  readonly tensor: NcnnTensor;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Validates the inputs of a run and converts them for the net. Throws {@link Failure}. */
export function feedsOf({ inputs }: NcnnModel, given: Readonly<Record<string, unknown>>): Feeds {
  const names = Object.keys(inputs).filter((name) => inputs[name]?.blob !== null);
  for (const name of Object.keys(given)) {
    if (!names.includes(name)) throw new Failure(name in inputs ? 'input-unused' : 'input-unknown', [name, names]);
  }
  const sizes: Sizes = new Map();
  const read = names.map((name) => readInput(name, inputs[name] as NcnnTensor, given[name], sizes));
  let count = 1;
  let batchAxis: number | string | undefined;
  const feeds = read.map(({ tensor, shape, data }) => {
    const blobShape = resolveShape(tensor.ncnnShape, data.length, sizes) ?? shape;
    const length = countElements(blobShape);
    const samples = data.length / length;
    if (samples !== 1) {
      if (samples !== shape[0] || (batchAxis !== undefined && samples !== count))
        throw new Failure('input-blob', [tensor.name, blobShape, shape]);
      count = samples;
      batchAxis = tensor.shape[0];
    }
    return (sample: number): Feed => ({
      blobId: tensor.blobId ?? -1,
      shape: blobShape,
      data: samples === 1 ? data : data.subarray(sample * length, (sample + 1) * length),
    });
  });
  const samples = Array.from({ length: count }, (_, sample) => feeds.map((feed) => feed(sample)));
  return { samples, sizes, batchAxis };
}

function readInput(name: string, tensor: NcnnTensor, given: unknown, sizes: Sizes): Input {
  if (given == null) throw new Failure('input-missing', [name, tensor.shape]);
  const { data, shape } = isShaped(given) ? given : { data: given, shape: undefined };
  if (!isValues(data)) throw new Failure('input-values', [name]);
  const actual = shape ?? resolveShape(tensor.shape, data.length, new Map(sizes));
  if (!isShape(actual)) throw new Failure('input-sizes', [name, shape ?? tensor.shape]);
  if (actual.length !== tensor.shape.length || !bind(tensor.shape, actual, sizes))
    throw new Failure('input-shape', [name, actual, tensor.shape]);
  const length = countElements(actual);
  if (data.length !== length) throw new Failure('input-length', [name, data.length, length, actual]);
  return { tensor, shape: actual, data: converted(name, data, tensor) };
}

function isShaped(value: unknown): value is { readonly data: unknown; readonly shape?: unknown } {
  return typeof value === 'object' && value !== null && 'data' in value;
}

type Values = ArrayLike<number | bigint | boolean>;

function isValues(value: unknown): value is Values {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && 'length' in value);
}

function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size > 0);
}

/** The values in the element type of the blob. Throws for an integer that ncnn would round. */
function converted(name: string, values: Values, { dtype, feed }: NcnnTensor): Float32Array | Int32Array {
  const Elements = feed === 'int32' ? Int32Array : Float32Array;
  if (values instanceof Elements) return values;
  const result = new Elements(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    result[index] = value;
    if (result[index] !== value && /int|bool/.test(dtype)) throw new Failure('input-integer', [name, values[index], feed]);
  }
  return result;
}
