import { type ByteSource, bytesInMemory } from '../../../bytes/byteSource.ts';
import { ncnnError, type Place } from '../../../diagnostics/diagnostic.ts';
import { elementCount } from '../../../graph/ir/dimension.ts';
import { maxAxes } from '../../../graph/ir/limits.ts';
import { Tensor } from '../../../graph/ir/tensor.ts';
import { type ScalarType, scalarTypeFacts } from './scalarType.ts';

/** The position of a tensor's elements in its storage; sizes, strides and offset are in elements. */
export interface TensorLayout {
  readonly type: ScalarType;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Bytes that several tensors may share. */
export interface TensorStorage {
  /** The name of the storage in its archive: tensors with the same key share their elements. */
  readonly key: string;
  /** Little-endian bytes. Throws `NcnnError`. */
  readonly source: () => ByteSource;
}

/** A storage without its elements, for pickles that are only described. */
export function emptyStorage(key: string): TensorStorage {
  return { key, source: () => bytesInMemory(new Uint8Array(0)) };
}

/** Maximum number of bytes in a tensor that repeats elements of its storage with strides of 0. */
const maxRepeatedBytes: number = 2 ** 28;

/** A tensor of an archive: a layout and a storage. */
export class StoredTensor {
  readonly layout: TensorLayout;
  readonly storage: TensorStorage;
  readonly #place: Place;
  #tensor: Tensor | undefined;

  /** @param place the file and the position of the tensor's description, for diagnostics */
  constructor(layout: TensorLayout, storage: TensorStorage, place: Place) {
    this.layout = layout;
    this.storage = storage;
    this.#place = place;
  }

  get isComplex(): boolean {
    return scalarTypeFacts(this.layout.type).isComplex === true;
  }

  /**
   * The elements in row-major order: a range of the storage if it has that order, otherwise a copy that is cached. A complex tensor has an
   * additional last axis of size 2 for real and imaginary part. Throws `NcnnError`: `type-unsupported`, `file-malformed`, `file-truncated`.
   */
  tensor(): Tensor {
    this.#tensor ??= this.#read();
    return this.#tensor;
  }

  #read(): Tensor {
    const { type, shape, strides, offset } = this.layout;
    const { bytes: size, dtype, isComplex } = scalarTypeFacts(type);
    if (dtype === undefined) {
      const hint = 'Export the model with weights of floats, integers or bools.';
      throw ncnnError('type-unsupported', `a tensor has the element type ${type}, which is not supported`, hint, this.#place);
    }
    this.#check();
    const count = elementCount(shape);
    const fullShape = isComplex === true ? [...shape, 2] : shape;
    if (count === 0) return Tensor.view(dtype, fullShape, new Uint8Array(0));
    const source = this.storage.source();
    const last = offset + shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), 0);
    if (!Number.isSafeInteger(last) || (last + 1) * size > source.size) {
      const message = `a tensor ${type} [${shape.join(',')}] reaches to element ${last} of a storage of ${source.size} bytes`;
      throw ncnnError('file-truncated', message, 'Download the file again, or save it again with torch.', this.#place);
    }
    if (isRowMajor(shape, strides)) return Tensor.view(dtype, fullShape, source.stored(offset * size, count * size));
    if (count * size > Math.max(source.size, maxRepeatedBytes)) {
      const message = `a tensor ${type} [${shape.join(',')}] repeats a storage of ${source.size} bytes beyond ${maxRepeatedBytes} bytes`;
      throw ncnnError('limit-exceeded', message, 'Save the model with contiguous weights.', this.#place);
    }
    const bytes = source.part(offset * size, (last + 1 - offset) * size);
    return Tensor.view(dtype, fullShape, gather(bytes, size, this.layout, count));
  }

  #check(): void {
    const { shape, strides, offset } = this.layout;
    const isSize = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
    const isSound =
      shape.length === strides.length && shape.length <= maxAxes && shape.every(isSize) && strides.every(isSize) && isSize(offset);
    if (isSound && Number.isSafeInteger(elementCount(shape))) return;
    const message = `a tensor has the shape [${shape.join(',')}], the strides [${strides.join(',')}] and the offset ${offset}`;
    throw ncnnError('file-malformed', message, 'Save the model again with torch.', this.#place);
  }
}

/** Whether elements are contiguous in row-major order; strides of axes of size 1 do not matter. */
function isRowMajor(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const length = shape[axis] ?? 1;
    if (length === 1) continue;
    if (strides[axis] !== expected) return false;
    expected *= length;
  }
  return true;
}

/** Copies elements of `size` bytes in row-major order. The bytes begin at the first element. */
function gather(bytes: Uint8Array, size: number, { shape, strides }: TensorLayout, count: number): Uint8Array {
  const result = new Uint8Array(count * size);
  const unit = Math.min(size, 4);
  const words = size / unit;
  const source = wordsOf(bytes, unit);
  const target = wordsOf(result, unit);
  const index = shape.map(() => 0);
  let from = 0;
  for (let element = 0; element < count; element++) {
    for (let word = 0; word < words; word++) target[element * words + word] = source[from * words + word] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const [length = 1, stride = 0, at = 0] = [shape[axis], strides[axis], index[axis]];
      if (at + 1 < length) {
        index[axis] = at + 1;
        from += stride;
        break;
      }
      index[axis] = 0;
      from -= at * stride;
    }
  }
  return result;
}

/** The bytes as words of 1, 2 or 4 bytes; a copy if they are not aligned. Bytes after the last whole word are ignored. */
function wordsOf(bytes: Uint8Array, unit: number): Uint8Array | Uint16Array | Uint32Array {
  if (unit === 1) return bytes;
  const { buffer, byteOffset, length } = bytes.byteOffset % unit === 0 ? bytes : Uint8Array.from(bytes);
  const count = Math.floor(length / unit);
  return unit === 2 ? new Uint16Array(buffer, byteOffset, count) : new Uint32Array(buffer, byteOffset, count);
}
