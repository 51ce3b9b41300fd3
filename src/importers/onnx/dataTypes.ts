import type { DataType } from '../../graph/ir/tensor.ts';

/**
 * The element types of ONNX. A type that the Graph lacks is either widened without loss (`narrow`: integers below 8 bits, floats below 16
 * bits) or rejected, in which case it has no `dtype`.
 */
export interface ElementType {
  /** The ONNX name, in lower case. */
  readonly name: string;
  /** The type in the Graph. */
  readonly dtype: DataType | undefined;
  /** Encoding of elements that are narrower than any type of the Graph. */
  readonly narrow?: NarrowInteger | NarrowFloat;
}

export interface NarrowInteger {
  readonly kind: 'integer';
  readonly bits: 2 | 4;
  readonly signed: boolean;
}

export interface NarrowFloat {
  readonly kind: 'float';
  readonly bits: 4 | 6 | 8;
  readonly exponentBits: number;
  readonly mantissaBits: number;
  readonly bias: number;
  /** Which bit patterns are not finite numbers: none, those of IEEE 754, all ones only, or negative zero only. */
  readonly special: 'none' | 'ieee' | 'all-ones' | 'negative-zero';
}

const elementTypes: ReadonlyMap<number, ElementType> = new Map<number, ElementType>([
  [1, { name: 'float', dtype: 'float32' }],
  [2, { name: 'uint8', dtype: 'uint8' }],
  [3, { name: 'int8', dtype: 'int8' }],
  [4, { name: 'uint16', dtype: 'uint16' }],
  [5, { name: 'int16', dtype: 'int16' }],
  [6, { name: 'int32', dtype: 'int32' }],
  [7, { name: 'int64', dtype: 'int64' }],
  [8, { name: 'string', dtype: 'string' }],
  [9, { name: 'bool', dtype: 'bool' }],
  [10, { name: 'float16', dtype: 'float16' }],
  [11, { name: 'double', dtype: 'float64' }],
  [12, { name: 'uint32', dtype: 'uint32' }],
  [13, { name: 'uint64', dtype: 'uint64' }],
  [14, { name: 'complex64', dtype: undefined }],
  [15, { name: 'complex128', dtype: undefined }],
  [16, { name: 'bfloat16', dtype: 'bfloat16' }],
  [17, narrowFloat('float8e4m3fn', 4, 3, 7, 'all-ones')],
  [18, narrowFloat('float8e4m3fnuz', 4, 3, 8, 'negative-zero')],
  [19, narrowFloat('float8e5m2', 5, 2, 15, 'ieee')],
  [20, narrowFloat('float8e5m2fnuz', 5, 2, 16, 'negative-zero')],
  [21, narrowInteger('uint4', 4, false)],
  [22, narrowInteger('int4', 4, true)],
  [23, narrowFloat('float4e2m1', 2, 1, 1, 'none')],
  [24, { name: 'float8e8m0', dtype: undefined }],
  [25, narrowInteger('uint2', 2, false)],
  [26, narrowInteger('int2', 2, true)],
  [27, narrowFloat('float6e2m3', 2, 3, 1, 'none')],
  [28, narrowFloat('float6e3m2', 3, 2, 3, 'none')],
]);

function narrowInteger(name: string, bits: 2 | 4, signed: boolean): ElementType {
  return { name, dtype: signed ? 'int8' : 'uint8', narrow: { kind: 'integer', bits, signed } };
}

function narrowFloat(name: string, exponentBits: number, mantissaBits: number, bias: number, special: NarrowFloat['special']): ElementType {
  const width = 1 + exponentBits + mantissaBits;
  const bits = width === 4 ? 4 : width === 6 ? 6 : 8;
  return { name, dtype: 'float32', narrow: { kind: 'float', bits, exponentBits, mantissaBits, bias, special } };
}

/** The element type for a `TensorProto.DataType` number; it has no `dtype` if the number is unknown. */
export function onnxElementType(dataType: number | undefined): ElementType {
  return elementTypes.get(dataType ?? 0) ?? { name: `data type ${dataType ?? 0}`, dtype: undefined };
}

/** The `TensorProto.DataType` number for a type name in any letter case; `undefined` for an unknown name. */
export function dataTypeNumber(name: string): number | undefined {
  return [...elementTypes].find(([, type]) => type.name === name.toLowerCase())?.[0];
}

/**
 * Unpacks elements of 2, 4, 6 or 8 bits, stored from the least significant bit on, into one byte each. `packed` must hold at least `size`
 * elements.
 */
export function unpackBits(packed: Uint8Array, bits: number, size: number): Uint8Array {
  if (bits === 8) return packed;
  const unpacked = new Uint8Array(size);
  const mask = (1 << bits) - 1;
  for (let index = 0; index < size; index++) {
    const bit = index * bits;
    const word = (packed[bit >> 3] ?? 0) | ((packed[(bit >> 3) + 1] ?? 0) << 8);
    unpacked[index] = (word >> (bit & 7)) & mask;
  }
  return unpacked;
}

/** Decodes a narrow float. The result is always exact in float32. */
export function narrowFloatValue(type: NarrowFloat, bits: number): number {
  const { exponentBits, mantissaBits, bias, special } = type;
  const negative = (bits >> (exponentBits + mantissaBits)) & 1;
  const exponentMask = (1 << exponentBits) - 1;
  const exponent = (bits >> mantissaBits) & exponentMask;
  const mantissa = bits & ((1 << mantissaBits) - 1);
  const magnitude = bits & ((1 << (exponentBits + mantissaBits)) - 1);
  if (special === 'negative-zero' && negative && magnitude === 0) return Number.NaN;
  if (special === 'all-ones' && magnitude === (1 << (exponentBits + mantissaBits)) - 1) return Number.NaN;
  if (special === 'ieee' && exponent === exponentMask) {
    if (mantissa !== 0) return Number.NaN;
    return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const fraction = mantissa / (1 << mantissaBits);
  const value = exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
  return negative ? -value : value;
}
