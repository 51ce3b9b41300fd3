import { bfloat16ToNumber, halfToNumber, numberToBfloat16, numberToHalf } from '../../bytes/half.ts';
import { isStored, readStored, type StoredBytes } from '../../bytes/storedBytes.ts';
import { elementCount } from './dimension.ts';
import { OperatorError } from './operator.ts';

/** Element types with the names of numpy. After import, 4-bit types are stored one element per byte. */
export type DataType =
  | 'float32'
  | 'float64'
  | 'float16'
  | 'bfloat16'
  | 'int8'
  | 'int16'
  | 'int32'
  | 'int64'
  | 'uint8'
  | 'uint16'
  | 'uint32'
  | 'uint64'
  | 'bool'
  | 'string';

/** Decoded elements. 16-bit floats decode to float32, bools to 0 and 1. */
export type TensorValues =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | readonly string[];

export type NumericArray = Exclude<TensorValues, readonly string[] | BigInt64Array | BigUint64Array>;

const byteSizes: Readonly<Record<Exclude<DataType, 'string'>, number>> = {
  float32: 4,
  float64: 8,
  float16: 2,
  bfloat16: 2,
  int8: 1,
  int16: 2,
  int32: 4,
  int64: 8,
  uint8: 1,
  uint16: 2,
  uint32: 4,
  uint64: 8,
  bool: 1,
};

/** Bytes of one element. */
export function byteSize(dtype: Exclude<DataType, 'string'>): number {
  return byteSizes[dtype];
}

export function isFloat(dtype: DataType): boolean {
  return dtype === 'float32' || dtype === 'float64' || dtype === 'float16' || dtype === 'bfloat16';
}

export function isInteger(dtype: DataType): boolean {
  return dtype !== 'bool' && dtype !== 'string' && !isFloat(dtype);
}

/** Allocates an array for decoded elements of a numeric type. */
export function allocate(dtype: Exclude<DataType, 'string'>, size: number): Exclude<TensorValues, readonly string[]> {
  switch (dtype) {
    case 'float64':
      return new Float64Array(size);
    case 'int8':
      return new Int8Array(size);
    case 'int16':
      return new Int16Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'int64':
      return new BigInt64Array(size);
    case 'uint8':
    case 'bool':
      return new Uint8Array(size);
    case 'uint16':
      return new Uint16Array(size);
    case 'uint32':
      return new Uint32Array(size);
    case 'uint64':
      return new BigUint64Array(size);
    default:
      return new Float32Array(size);
  }
}

/** The elements as in a file, or decoded. */
type Contents = { readonly bytes: Uint8Array | StoredBytes } | { readonly values: TensorValues };

/**
 * A constant: typed elements in row-major order.
 *
 * A tensor from a file is a view of the file's bytes (little-endian, any alignment) until its values are read. Decoding copies only if the
 * alignment or the type requires it, and the result is not cached.
 */
export class Tensor {
  readonly dtype: DataType;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  readonly #contents: Contents;

  private constructor(dtype: DataType, shape: readonly number[], contents: Contents) {
    this.dtype = dtype;
    this.shape = shape;
    this.size = elementCount(shape);
    this.#contents = contents;
  }

  /** A view of little-endian bytes, in memory or in a file. Throws `RangeError` if their number does not match type and shape. */
  static view(dtype: Exclude<DataType, 'string'>, shape: readonly number[], bytes: Uint8Array | StoredBytes): Tensor {
    const expected = elementCount(shape) * byteSizes[dtype];
    if (bytes.byteLength !== expected) {
      throw new RangeError(`${dtype} [${shape.join(',')}] takes ${expected} bytes, got ${bytes.byteLength}`);
    }
    return new Tensor(dtype, shape, { bytes });
  }

  /** A tensor of decoded elements (16-bit floats as float32, bools as 0 and 1). The array is not copied. */
  static of(dtype: DataType, shape: readonly number[], values: TensorValues): Tensor {
    if (values.length !== elementCount(shape)) {
      throw new RangeError(`${dtype} [${shape.join(',')}] does not hold ${values.length} elements`);
    }
    return new Tensor(dtype, shape, { values });
  }

  /** A one-dimensional int64 tensor, for shapes and axes. */
  static int64(values: readonly (number | bigint)[], shape: readonly number[] = [values.length]): Tensor {
    return Tensor.of('int64', shape, BigInt64Array.from(values, BigInt));
  }

  /** A float32 tensor; a scalar if there is one value and no shape is given. */
  static float32(values: readonly number[], shape: readonly number[] = values.length === 1 ? [] : [values.length]): Tensor {
    return Tensor.of('float32', shape, new Float32Array(values));
  }

  /** The same elements with another shape. */
  reshape(shape: readonly number[]): Tensor {
    if (elementCount(shape) !== this.size) throw new RangeError(`${this.size} elements cannot be reshaped to [${shape.join(',')}]`);
    return new Tensor(this.dtype, shape, this.#contents);
  }

  /** The decoded elements. Do not modify them: they may be the bytes of the model file. */
  values(): TensorValues {
    const contents = this.#contents;
    return 'values' in contents ? contents.values : decode(this.dtype, readStored(contents.bytes), this.size);
  }

  /** Whether its bytes are read from a file again on each use. */
  get isStored(): boolean {
    return 'bytes' in this.#contents && isStored(this.#contents.bytes);
  }

  /** Little-endian bytes as in a file; a view if the tensor is one. Throws for strings. */
  bytes(): Uint8Array {
    const contents = this.#contents;
    return 'bytes' in contents ? readStored(contents.bytes) : encode(this.dtype, contents.values);
  }

  /**
   * Elements as float32, the only float type in which ncnn computes. Large int64 values and float64 are rounded. This method and the
   * following ones throw {@link OperatorError} for strings.
   */
  toFloat32(): Float32Array {
    const values = this.values();
    if (values instanceof Float32Array) return values;
    if (isStrings(values)) throw new OperatorError('invalid', 'expected numbers, got strings');
    if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return new Float32Array(values);
    return Float32Array.from(values, Number);
  }

  /** Elements as float64. */
  toFloat64(): Float64Array {
    const values = this.values();
    if (values instanceof Float64Array) return values;
    if (isStrings(values)) throw new OperatorError('invalid', 'expected numbers, got strings');
    // Ten times as fast as converting each element separately.
    if (!(values instanceof BigInt64Array || values instanceof BigUint64Array)) return new Float64Array(values);
    return Float64Array.from(values, Number);
  }

  /** Elements of an integer or bool tensor as numbers, for axes, sizes and pads. Saturates at ±(2^53 − 1). */
  toIntegers(): number[] {
    const values = this.values();
    if (isStrings(values)) throw new OperatorError('invalid', 'expected numbers, got strings');
    return Array.from(values as ArrayLike<number | bigint>, (value) => {
      if (Number.isNaN(value)) throw new OperatorError('invalid', 'expected integers, got NaN');
      return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.trunc(Number(value))));
    });
  }

  /** The first element as a number. */
  scalar(): number {
    const [value] = this.values();
    if (value === undefined) throw new OperatorError('invalid', 'expected a value, got an empty tensor');
    if (typeof value === 'string') throw new OperatorError('invalid', 'expected a number, got a string');
    return Number(value);
  }
}

function isStrings(values: TensorValues): values is readonly string[] {
  return Array.isArray(values);
}

function decode(dtype: DataType, bytes: Uint8Array, size: number): TensorValues {
  switch (dtype) {
    case 'string':
      throw new TypeError('strings are never encoded');
    case 'float16':
    case 'bfloat16': {
      const toNumber = dtype === 'float16' ? halfToNumber : bfloat16ToNumber;
      const words = decodeWords(bytes, size);
      const values = new Float32Array(size);
      for (let index = 0; index < size; index++) values[index] = toNumber(words[index] ?? 0);
      return values;
    }
    case 'uint8':
    case 'bool':
      return bytes;
    case 'int8':
      return new Int8Array(bytes.buffer, bytes.byteOffset, size);
    default: {
      const { buffer, byteOffset } = aligned(bytes, byteSizes[dtype]);
      switch (dtype) {
        case 'float32':
          return new Float32Array(buffer, byteOffset, size);
        case 'float64':
          return new Float64Array(buffer, byteOffset, size);
        case 'int16':
          return new Int16Array(buffer, byteOffset, size);
        case 'int32':
          return new Int32Array(buffer, byteOffset, size);
        case 'int64':
          return new BigInt64Array(buffer, byteOffset, size);
        case 'uint16':
          return new Uint16Array(buffer, byteOffset, size);
        case 'uint32':
          return new Uint32Array(buffer, byteOffset, size);
        case 'uint64':
          return new BigUint64Array(buffer, byteOffset, size);
      }
    }
  }
}

function decodeWords(bytes: Uint8Array, size: number): Uint16Array {
  const { buffer, byteOffset } = aligned(bytes, 2);
  return new Uint16Array(buffer, byteOffset, size);
}

function aligned(bytes: Uint8Array, alignment: number): Uint8Array {
  return bytes.byteOffset % alignment === 0 ? bytes : Uint8Array.from(bytes);
}

function encode(dtype: DataType, values: TensorValues): Uint8Array {
  if (isStrings(values)) throw new OperatorError('invalid', 'expected numbers, got strings');
  if (dtype === 'float16' || dtype === 'bfloat16') {
    const toBits = dtype === 'float16' ? numberToHalf : numberToBfloat16;
    const words = Uint16Array.from(values as ArrayLike<number>, toBits);
    return new Uint8Array(words.buffer);
  }
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
