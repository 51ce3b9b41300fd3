import { SessionError } from '../sessionError.ts';
import type { NcnnModel, NcnnTensor } from '../types.ts';
import type { Feed } from './backend.ts';
import { bind, countElements, resolve, type Sizes } from './sizes.ts';

/** What the blobs of a net are fed with. */
export interface Feeds {
  /** For each sample of the batch. */
  readonly samples: readonly (readonly Feed[])[];
  /** Sizes of free axes. */
  readonly sizes: Sizes;
  /** What axis 0 is called, or its size, where the net computes one sample of several. */
  readonly batchAxis?: number | string;
}

interface Input {
  readonly tensor: NcnnTensor;
  readonly blobId: number;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/** Checks the inputs of a run and converts them to what the net reads. Throws {@link SessionError}. */
export function feedsOf({ inputs }: NcnnModel, given: Readonly<Record<string, unknown>>): Feeds {
  const names = Object.keys(inputs).filter((name) => inputs[name]?.blob !== null);
  for (const name of Object.keys(given)) {
    if (names.includes(name)) continue;
    throw fault(name, Object.hasOwn(inputs, name) ? 'is not read by the net' : 'does not exist', `Give ${names.join(', ')}.`);
  }
  const sizes: Sizes = new Map();
  const read = names.map((name) => readInput(name, inputs[name] as NcnnTensor, given[name], sizes));
  let count = 1;
  let batchAxis: number | string | undefined;
  const feeds = read.map(({ tensor, blobId, shape, data }) => {
    const blobShape = resolve(tensor.ncnnShape, data.length, sizes) ?? shape;
    const samples = data.length / countElements(blobShape);
    if (samples !== 1) {
      if (samples !== shape[0] || (batchAxis !== undefined && samples !== count)) {
        throw fault(tensor.name, `cannot be fed as [${blobShape}]: its shape is [${shape}]`, 'Convert the model with a fixed shape.');
      }
      count = samples;
      batchAxis = tensor.shape[0];
    }
    return (sample: number): Feed => {
      const length = countElements(blobShape);
      return { blobId, shape: blobShape, data: samples === 1 ? data : data.subarray(sample * length, (sample + 1) * length) };
    };
  });
  const samples = Array.from({ length: count }, (_, sample) => feeds.map((feed) => feed(sample)));
  return { samples, sizes, ...(batchAxis === undefined ? {} : { batchAxis }) };
}

function readInput(name: string, tensor: NcnnTensor, given: unknown, sizes: Sizes): Input {
  if (given === undefined || given === null) throw fault(name, 'is missing', `Give it in the shape [${tensor.shape}].`);
  const { data, shape = undefined } = isShaped(given) ? given : { data: given };
  if (!Array.isArray(data) && !(ArrayBuffer.isView(data) && 'length' in data)) {
    throw fault(name, 'has no values', 'Give a typed array, or { data, shape }.');
  }
  const values = data as ArrayLike<number | bigint | boolean>;
  const actual = shape ?? resolve(tensor.shape, values.length, new Map(sizes));
  if (actual === undefined || !isShape(actual)) {
    throw fault(name, `has the shape [${shape ?? tensor.shape}]`, 'Give the size of every axis as a positive integer: { data, shape }.');
  }
  const wrong = actual.length === tensor.shape.length ? bind(tensor.shape, actual, sizes) : 0;
  if (wrong !== -1)
    throw fault(name, `has the shape [${actual}], expected [${tensor.shape}]`, 'Resize the data, or fix another shape in the import.');
  if (values.length !== countElements(actual)) {
    throw fault(
      name,
      `has ${values.length} values, expected ${countElements(actual)} for the shape [${actual}]`,
      'Give all values in row-major order.',
    );
  }
  return { tensor, blobId: tensor.blobId ?? -1, shape: actual, data: converted(name, values, tensor) };
}

function isShaped(value: unknown): value is { readonly data: unknown; readonly shape?: unknown } {
  return typeof value === 'object' && value !== null && 'data' in value;
}

function isShape(shape: unknown): shape is readonly number[] {
  return Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size > 0);
}

/** The values as the blob holds them. Throws for an integer that ncnn would round. */
function converted(name: string, values: ArrayLike<number | bigint | boolean>, { dtype, feed }: NcnnTensor): Float32Array | Int32Array {
  if (values instanceof (feed === 'int32' ? Int32Array : Float32Array)) return values;
  const result = new (feed === 'int32' ? Int32Array : Float32Array)(values.length);
  for (let index = 0; index < values.length; index++) {
    const value = Number(values[index]);
    result[index] = value;
    if (result[index] !== value && /int|bool/.test(dtype)) {
      throw fault(name, `holds ${values[index]}, which ncnn cannot read as ${feed}`, 'Give integers of at most 24 bits.');
    }
  }
  return result;
}

function fault(name: string, problem: string, hint: string): SessionError {
  return new SessionError('input', `Input "${name}" ${problem}. ${hint}`);
}
