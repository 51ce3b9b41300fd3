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

/** Throws an error with a message. */
export type Fail = (message: string) => never;

/** Validates the inputs of a run and converts them for the net; `fail` is called for a wrong one. */
export function feedsOf({ inputs }: NcnnModel, values: Readonly<Record<string, unknown>>, fail: Fail): Feeds {
  const names = Object.keys(inputs).filter((name) => inputs[name]?.blob !== null);
  for (const name of Object.keys(values)) {
    const problem = name in inputs ? 'is not read by the net' : 'does not exist';
    if (!names.includes(name)) fail(`Input "${name}" ${problem}. Give ${names.join(', ')}.`);
  }
  const sizes: Sizes = new Map();
  const read = Object.entries(inputs).flatMap(([name, tensor]) =>
    tensor.blob === null ? [] : readInput(tensor, values[name], sizes, fail),
  );
  let count = 1;
  let batchAxis: number | string | undefined;
  const feeds = read.map(({ tensor, shape, data }) => {
    const blobShape = resolveShape(tensor.ncnnShape, data.length, sizes) ?? shape;
    const length = countElements(blobShape);
    const samples = data.length / length;
    if (samples !== 1) {
      if (samples !== shape[0] || (batchAxis !== undefined && samples !== count))
        fail(`Input "${tensor.name}" cannot be fed as [${blobShape}]: its shape is [${shape}]. Convert the model with a fixed shape.`);
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

interface Input {
  readonly tensor: NcnnTensor;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

function readInput(tensor: NcnnTensor, value: unknown, sizes: Sizes, fail: Fail): Input {
  const input = `Input "${tensor.name}"`;
  if (value == null) return fail(`${input} is missing. Give it in the shape [${tensor.shape}].`);
  const { data, shape } = isShaped(value) ? value : { data: value, shape: undefined };
  if (!isValues(data)) return fail(`${input} has no values. Give a typed array, or { data, shape }.`);
  const actual = shape ?? resolveShape(tensor.shape, data.length, sizes);
  if (!isShape(actual)) {
    const problem = `has the shape [${shape ?? tensor.shape}]`;
    return fail(`${input} ${problem}. Give the size of every axis as a positive integer: { data, shape }.`);
  }
  if (!bind(tensor.shape, actual, sizes))
    fail(`${input} has the shape [${actual}], expected [${tensor.shape}]. Resize the data, or fix another shape in the import.`);
  const length = countElements(actual);
  if (data.length !== length)
    fail(`${input} has ${data.length} values, expected ${length} for the shape [${actual}]. Give all values in row-major order.`);
  return { tensor, shape: actual, data: converted(data, tensor, fail) };
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

/** The values in the element type of the blob; fails for an integer that ncnn would round. */
function converted(values: Values, { name, dtype, feed }: NcnnTensor, fail: Fail): Float32Array | Int32Array {
  const Elements = feed === 'int32' ? Int32Array : Float32Array;
  if (values instanceof Elements) return values;
  const result = new Elements(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    result[index] = value;
    if (result[index] !== value && /int|bool/.test(dtype))
      fail(`Input "${name}" holds ${values[index]}, which ncnn cannot read as ${feed}. Give integers of at most 24 bits.`);
  }
  return result;
}
