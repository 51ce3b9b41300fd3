import { dataTypeAttribute } from '../../ir/dataType.ts';
import { type Operator, OperatorError, type OperatorFamily } from '../../ir/operator.ts';
import { allocate, byteSize, type DataType, isFloat, isInteger, Tensor } from '../../ir/tensor.ts';
import { elementwiseInFirst } from '../rules/elementwise.ts';
import { rounding } from './map.ts';
import { withSizes } from './sizes.ts';

/** Conversions between element types. */
export const castOperators: OperatorFamily = {
  Cast: {
    elements: 'converted',
    ...elementwiseInFirst,
    infer: (node) => {
      const { dtype } = dataTypeAttribute(node, 'to');
      const type = { dtype, shape: node.input(0).shape };
      return [dtype === 'bool' || dtype === 'string' ? type : withSizes(type, node, () => undefined)];
    },
    evaluate: (node, [x]) => {
      const { dtype, bits } = dataTypeAttribute(node, 'to');
      return x ? [narrow(cast(x, dtype), bits)] : [];
    },
  },
  CastLike: {
    elements: 'converted',
    typeInput: 1,
    infer: (node) => [{ dtype: node.input(1).dtype, shape: node.input(0).shape }],
    evaluate: (_node, [x, like]) => (x && like ? [cast(x, like.dtype)] : []),
  },
  BitCast: bitCast(),
};

function bitCast(): Operator {
  return {
    infer: (node) => [{ dtype: dataTypeAttribute(node, 'to').dtype, shape: node.input(0).shape }],
    evaluate: (node, [x]) => {
      const { dtype, bits } = dataTypeAttribute(node, 'to');
      if (x === undefined) return [];
      if (dtype === 'string' || x.dtype === 'string' || bits !== undefined || byteSize(dtype) !== byteSize(x.dtype)) {
        throw new OperatorError('invalid', `the bits of ${x.dtype} cannot be read as ${dtype}`);
      }
      return [Tensor.view(dtype, x.shape, x.bytes())];
    },
  };
}

/**
 * Converts elements to another type: integers wrap, fractions are truncated, and everything except zero is true. A float that does not fit
 * in an integer type becomes the lowest 32- or 64-bit integer, as on x86 processors.
 */
function cast(x: Tensor, dtype: DataType): Tensor {
  if (x.dtype === dtype) return x;
  const values = x.values();
  if (dtype === 'string')
    return Tensor.of(
      dtype,
      x.shape,
      Array.from(values as ArrayLike<number>, (value) => format(value, x.dtype)),
    );
  const result = allocate(dtype, x.size);
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
    for (let index = 0; index < x.size; index++) result[index] = wholeNumber(values[index] ?? 0);
    return Tensor.of(dtype, x.shape, result);
  }
  const convert = isInteger(dtype) && (isFloat(x.dtype) || x.dtype === 'string') ? cutTo32Bits : rounding(dtype);
  const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
  for (let index = 0; index < x.size; index++) {
    const value = values[index] ?? 0;
    result[index] = convert(Number(wide && isInteger(dtype) ? BigInt.asIntN(32, BigInt(value)) : parse(value)));
  }
  return Tensor.of(dtype, x.shape, result);
}

/** Keeps the lowest bits of integers of less than 8 bits, with sign extension if the type is signed. */
function narrow(x: Tensor, bits: number | undefined): Tensor {
  if (bits === undefined) return x;
  const values = x.values();
  if (values instanceof Int8Array)
    return Tensor.of(
      x.dtype,
      x.shape,
      values.map((value) => (value << (32 - bits)) >> (32 - bits)),
    );
  if (values instanceof Uint8Array)
    return Tensor.of(
      x.dtype,
      x.shape,
      values.map((value) => value & ((1 << bits) - 1)),
    );
  return x;
}

function wholeNumber(value: number | bigint | string): bigint {
  if (typeof value === 'bigint') return value;
  const cut = Math.trunc(parse(value));
  return Math.abs(cut) < 2 ** 63 || (cut > 0 && cut < 2 ** 64) ? BigInt(cut) : -(2n ** 63n);
}

/** Truncates; beyond 32 bits, gives the lowest integer like the conversion instruction of x86. */
function cutTo32Bits(value: number): number {
  const cut = Math.trunc(value);
  return cut >= -(2 ** 31) && cut < 2 ** 32 ? cut : -(2 ** 31);
}

function parse(value: number | bigint | string): number {
  if (typeof value !== 'string') return Number(value);
  const infinity = /^([+-]?)inf(inity)?$/i.exec(value);
  if (infinity) return infinity[1] === '-' ? -Infinity : Infinity;
  return Number(value);
}

/** Formats a number like numpy. */
function format(value: number | bigint, dtype: DataType): string {
  if (dtype === 'bool') return value ? 'True' : 'False';
  if (typeof value === 'bigint' || isInteger(dtype)) return String(value);
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? 'INF' : '-INF';
  const shortest = dtype === 'float64' ? String(value) : String(Number(value.toPrecision(dtype === 'float32' ? 9 : 5)));
  return shortestFloat32(value, dtype) ?? shortest;
}

/** The shortest decimal that parses to the same float32 value. */
function shortestFloat32(value: number, dtype: DataType): string | undefined {
  if (dtype !== 'float32') return undefined;
  for (let digits = 1; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return String(candidate);
  }
  return undefined;
}
