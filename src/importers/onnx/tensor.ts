import { joinPieces } from '../../bytes/join.ts';
import { unpackVarints, unpackVarints32 } from '../../bytes/protobuf/varints.ts';
import { WireError } from '../../bytes/protobuf/wire.ts';
import { readStored, type StoredBytes } from '../../bytes/storedBytes.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { elementCount } from '../../graph/ir/dimension.ts';
import { byteSize, type DataType, Tensor } from '../../graph/ir/tensor.ts';
import { type ElementType, narrowFloatValue, onnxElementType, unpackBits } from './dataTypes.ts';
import type { SparseTensorProto, TensorProto } from './schema.ts';
import type { SideFiles } from './sideFiles.ts';

const external = 1;
/** A protobuf message is at most 2 GiB, so a larger dense tensor is an error. */
const denseLimit = 2 ** 31;

/**
 * Decodes a tensor message. Elements stored as in memory (`raw_data`, `float_data`, `double_data`, external data) stay views of the file;
 * varint encodings are decoded. 2- and 4-bit integers become int8 or uint8, floats of up to 8 bits become float32, both without loss.
 *
 * Returns `undefined` if the bytes are in a side file that cannot be read; {@link SideFiles} reports why.
 * Throws `NcnnError`: `type-unsupported`, `file-malformed`.
 */
export function decodeTensor(proto: TensorProto, side: SideFiles): Tensor | undefined {
  const name = proto.name ?? '';
  const type = onnxElementType(proto.dataType);
  const { dtype } = type;
  const shape = decodeDims(proto.dims, name);
  if (dtype === undefined) {
    throw refusal('type-unsupported', `the tensor "${name}" has the unsupported element type ${type.name}`, 'Export the model in float32.');
  }
  if (proto.segment !== undefined) throw malformed(`the tensor "${name}" is split into segments`);
  if (dtype === 'string') return decodeStrings(proto, shape);

  const size = elementCount(shape);
  if (proto.dataLocation === external) {
    const bytes = side.bytesOf(proto);
    return bytes === undefined ? undefined : fromBytes(name, type, dtype, shape, bytes);
  }
  if (proto.rawData !== undefined && (proto.rawData.length > 0 || size === 0)) {
    return fromBytes(name, type, dtype, shape, side.inModel(proto.rawData));
  }
  return fromBytes(name, type, dtype, shape, readTyped(proto, type, dtype));
}

/** Decodes a sparse tensor to a dense one. Throws like {@link decodeTensor}. */
export function decodeSparseTensor(proto: SparseTensorProto, side: SideFiles): Tensor | undefined {
  const name = proto.values?.name ?? '';
  const shape = decodeDims(proto.dims, name);
  if (proto.values === undefined || proto.indices === undefined) throw malformed(`the sparse tensor "${name}" lacks its values or indices`);
  const values = decodeTensor(proto.values, side);
  const indices = decodeTensor(proto.indices, side);
  if (values === undefined || indices === undefined) return undefined;
  const { dtype } = values;
  if (dtype === 'string') throw refusal('type-unsupported', `the sparse tensor "${name}" contains strings`, 'Store it dense.');

  const count = values.size;
  const positions = indices.toIntegers();
  const perValue = indices.shape.length === 2 ? shape.length : 1;
  if (positions.length !== count * perValue) {
    throw malformed(`the sparse tensor "${name}" has ${count} values, but indices for ${positions.length / perValue}`);
  }
  const width = byteSize(dtype);
  const size = elementCount(shape);
  if (size * width > denseLimit)
    throw malformed(`the sparse tensor "${name}" [${shape.join(',')}] takes ${size * width} bytes as a dense tensor`);
  const dense = new Uint8Array(size * width);
  const source = values.bytes();
  for (let index = 0; index < count; index++) {
    let position = 0;
    for (let axis = 0; axis < perValue; axis++) {
      position = position * (perValue === 1 ? 1 : (shape[axis] ?? 1)) + (positions[index * perValue + axis] ?? 0);
    }
    if (position < 0 || position >= size) throw malformed(`the sparse tensor "${name}" has an index out of range`);
    dense.set(source.subarray(index * width, (index + 1) * width), position * width);
  }
  return Tensor.view(dtype, shape, dense);
}

/** Maximum product of the other sizes in a shape with an axis of size 0. */
const maxHiddenExtent = 2 ** 31 - 1;

function decodeDims(dims: readonly bigint[], name: string): readonly number[] {
  const shape = dims.map(Number);
  // A tensor without elements can still have huge axes, which operators would iterate over.
  const extent = elementCount(shape.map((size) => Math.max(1, size)));
  const limit = shape.includes(0) ? maxHiddenExtent : Number.MAX_SAFE_INTEGER;
  if (shape.some((size) => size < 0) || !(extent <= limit)) {
    throw malformed(`the tensor "${name}" has the invalid shape [${shape.join(',')}]`);
  }
  return shape;
}

function decodeStrings(proto: TensorProto, shape: readonly number[]): Tensor {
  const decoder = new TextDecoder();
  const values = proto.stringData.map((bytes) => decoder.decode(bytes));
  if (values.length !== elementCount(shape)) {
    throw malformed(
      `the tensor "${proto.name ?? ''}" [${shape.join(',')}] should have ${elementCount(shape)} strings, but has ${values.length}`,
    );
  }
  return Tensor.of('string', shape, values);
}

function fromBytes(
  name: string,
  type: ElementType,
  dtype: Exclude<DataType, 'string'>,
  shape: readonly number[],
  bytes: Uint8Array | StoredBytes,
): Tensor {
  const size = elementCount(shape);
  const { narrow } = type;
  const expected = narrow === undefined ? size * byteSize(dtype) : Math.ceil((size * narrow.bits) / 8);
  if (bytes.byteLength !== expected) {
    throw malformed(`the tensor "${name}" (${type.name} [${shape.join(',')}]) should take ${expected} bytes, but has ${bytes.byteLength}`);
  }
  if (narrow === undefined) return Tensor.view(dtype, shape, bytes);
  const codes = unpackBits(readStored(bytes), narrow.bits, size);
  if (narrow.kind === 'float') {
    return Tensor.of(
      'float32',
      shape,
      Float32Array.from(codes, (code) => narrowFloatValue(narrow, code)),
    );
  }
  const unused = 8 - narrow.bits;
  return narrow.signed
    ? Tensor.of(
        'int8',
        shape,
        Int8Array.from(codes, (code) => ((code << unused) << 24) >> (24 + unused)),
      )
    : Tensor.of('uint8', shape, codes);
}

function readTyped(proto: TensorProto, type: ElementType, dtype: Exclude<DataType, 'string'>): Uint8Array {
  try {
    return typedData(proto, type, dtype);
  } catch (error) {
    throw error instanceof WireError
      ? malformed(`the elements of the tensor "${proto.name ?? ''}" cannot be read: ${error.message}`)
      : error;
  }
}

/** The elements of the typed fields in the encoding of `raw_data`. */
function typedData(proto: TensorProto, type: ElementType, dtype: Exclude<DataType, 'string'>): Uint8Array {
  switch (dtype) {
    case 'float32':
      return type.narrow === undefined ? join(proto.floatData) : narrowElements(proto, type.narrow.bits);
    case 'float64':
      return join(proto.doubleData);
    case 'int64':
      return bytesOf(unpackVarints(proto.int64Data));
    case 'uint64':
      return bytesOf(unpackVarints(proto.uint64Data));
    case 'uint32':
      return bytesOf(unpackVarints32(proto.uint64Data));
    case 'int32':
      return bytesOf(unpackVarints32(proto.int32Data));
    case 'int16':
    case 'uint16':
    case 'float16':
    case 'bfloat16':
      return bytesOf(Uint16Array.from(unpackVarints32(proto.int32Data)));
    case 'int8':
    case 'uint8':
    case 'bool':
      return type.narrow === undefined ? Uint8Array.from(unpackVarints32(proto.int32Data)) : narrowElements(proto, type.narrow.bits);
  }
}

/** Each entry of `int32_data` holds one byte: two or four packed elements, but only one element of 6 or 8 bits. */
function narrowElements(proto: TensorProto, bits: number): Uint8Array {
  const bytes = Uint8Array.from(unpackVarints32(proto.int32Data));
  if (bits !== 6) return bytes;
  const packed = new Uint8Array(Math.ceil((bytes.length * 6) / 8));
  for (const [index, code] of bytes.entries()) {
    const bit = index * 6;
    const word = (code & 63) << (bit & 7);
    packed[bit >> 3] = (packed[bit >> 3] ?? 0) | (word & 255);
    if (word > 255) packed[(bit >> 3) + 1] = (packed[(bit >> 3) + 1] ?? 0) | (word >> 8);
  }
  return packed;
}

function bytesOf(array: BigUint64Array | Uint32Array | Uint16Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function join(pieces: readonly Uint8Array[]): Uint8Array {
  const [first] = pieces;
  if (first !== undefined && pieces.length === 1) return first;
  return joinPieces(
    pieces,
    pieces.reduce((length, piece) => length + piece.length, 0),
  );
}

function malformed(message: string): NcnnError {
  return refusal('file-malformed', message, 'Check the model with onnx.checker, or export it again.');
}

function refusal(code: Diagnostic['code'], message: string, hint: string): NcnnError {
  return new NcnnError([diagnostic(code, message, hint)]);
}
