import { roundHalfToEven } from '../../../kernels/rounding.ts';
import { dataTypeAttribute } from '../../ir/dataType.ts';
import type { LayoutRuleOf } from '../../ir/layoutRule.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { allocate, type DataType, isInteger, Tensor } from '../../ir/tensor.ts';
import { alongAxis } from '../rules/axes.ts';
import { elementwiseInFirst } from '../rules/elementwise.ts';
import { rounding } from './map.ts';

/** The scale is a scalar, or a vector along an axis. */
const quantizedLayout: LayoutRuleOf = (node, result) => {
  const isVector = node.optionalInput(1)?.shape?.length === 1 && node.hasAttribute('axis');
  return (isVector ? alongAxis(1) : elementwiseInFirst).layout?.(node, result);
};

/** Conversion between real numbers and small integers with a scale and a zero point. */
export const quantizationOperators: OperatorFamily = {
  QuantizeLinear: {
    typeInput: 2,
    layout: quantizedLayout,
    infer: (node) => [{ dtype: quantizedType(node).dtype, shape: node.input(0).shape }],
    evaluate: (node, [x, scale, zero]) => (x && scale ? [quantize(node, x, scale, zero)] : []),
  },
  DequantizeLinear: {
    layout: quantizedLayout,
    infer: (node) => [{ dtype: dequantizedType(node), shape: node.input(0).shape }],
    evaluate: (node, [x, scale, zero]) => (x && scale ? [dequantize(node, x, scale, zero)] : []),
  },
  DynamicQuantizeLinear: {
    infer: (node) => [
      { dtype: 'uint8', shape: node.input(0).shape },
      { dtype: 'float32', shape: [] },
      { dtype: 'uint8', shape: [] },
    ],
    evaluate: (_node, [x]) => (x ? quantizeDynamically(x) : []),
  },
};

/** The result type of `QuantizeLinear` and its range, to which values saturate. */
export function quantizedType(node: OperatorNode): { readonly dtype: DataType; readonly low: number; readonly high: number } {
  const requested = node.int('output_dtype', 0) !== 0 ? dataTypeAttribute(node, 'output_dtype') : undefined;
  const dtype = requested?.dtype ?? node.optionalInput(2)?.dtype ?? 'uint8';
  const ranges: Partial<Record<DataType, number>> = { int8: 8, uint8: 8, int16: 16, uint16: 16 };
  const bits = requested?.bits ?? ranges[dtype];
  if (bits === undefined) throw new OperatorError('invalid', `quantization to ${dtype} is not supported`);
  return dtype.startsWith('u') ? { dtype, low: 0, high: 2 ** bits - 1 } : { dtype, low: -(2 ** (bits - 1)), high: 2 ** (bits - 1) - 1 };
}

function dequantizedType(node: OperatorNode): DataType {
  return node.int('output_dtype', 0) !== 0 ? dataTypeAttribute(node, 'output_dtype').dtype : node.input(1).dtype;
}

/**
 * The shape from which a scale or zero point is broadcast against the tensor: a scalar, a vector along one axis, or, if blocked, a tensor
 * in which each element applies to `repeats` consecutive entries of the axis.
 */
export function parameterShape(
  node: OperatorNode,
  x: readonly (number | string)[],
  parameter: readonly number[],
): { readonly shape: readonly number[]; readonly axis: number; readonly repeats: number } {
  const count = parameter.reduce((product, size) => product * size, 1);
  if (parameter.length <= 1 && count === 1) return { shape: x.map(() => 1), axis: 0, repeats: 1 };
  const axis = node.axis(node.int('axis', 1), x.length);
  if (parameter.length === 1) {
    if (x[axis] !== count && typeof x[axis] === 'number') {
      throw new OperatorError('invalid', `expected ${x[axis]} scales, got ${count}`);
    }
    return { shape: x.map((_, index) => (index === axis ? count : 1)), axis, repeats: 1 };
  }
  const block = node.int('block_size', 0);
  if (block <= 0 || parameter.length !== x.length)
    throw new OperatorError('invalid', 'the scale is neither a scalar, a vector nor blocked');
  return { shape: parameter, axis, repeats: block };
}

/** For each element of a tensor, the index of its scale. */
function parameterIndices(node: OperatorNode, x: Tensor, parameter: Tensor): (index: number) => number {
  const { shape, axis, repeats } = parameterShape(node, x.shape, parameter.shape);
  return (index) => {
    let remaining = index;
    let stride = 1;
    let found = 0;
    for (let current = x.shape.length - 1; current >= 0; current--) {
      const size = x.shape[current] ?? 1;
      const own = shape[current] ?? 1;
      const place = remaining % size;
      remaining = Math.floor(remaining / size);
      if (own !== 1 || current === axis) found += stride * Math.min(own - 1, current === axis ? Math.floor(place / repeats) : place);
      stride *= own;
    }
    return found;
  };
}

function quantize(node: OperatorNode, x: Tensor, scale: Tensor, zero: Tensor | undefined): Tensor {
  const { dtype, low, high } = quantizedType(node);
  const values = x.toFloat64();
  const scales = scale.toFloat64();
  const zeros = zero?.toFloat64();
  const which = parameterIndices(node, x, scale);
  // The quotient is first rounded to the type of the scale, then to an integer.
  const precision = scale.dtype === 'float32' ? Math.fround : rounding(scale.dtype);
  const result = allocateNumbers(dtype, x.size);
  for (let index = 0; index < x.size; index++) {
    const parameter = which(index);
    const rounded = roundHalfToEven(precision((values[index] ?? 0) / (scales[parameter] ?? 1))) + (zeros?.[parameter] ?? 0);
    result[index] = Math.max(low, Math.min(high, rounded));
  }
  return Tensor.of(dtype, x.shape, result);
}

function dequantize(node: OperatorNode, x: Tensor, scale: Tensor, zero: Tensor | undefined): Tensor {
  if (!isInteger(x.dtype)) throw new OperatorError('invalid', `expected a quantized operand, got ${x.dtype}`);
  const dtype = dequantizedType(node);
  const values = x.toFloat64();
  const scales = scale.toFloat64();
  const zeros = zero?.toFloat64();
  const which = parameterIndices(node, x, scale);
  const round = rounding(dtype);
  const result = allocateNumbers(dtype, x.size);
  for (let index = 0; index < x.size; index++) {
    const parameter = which(index);
    result[index] = round(((values[index] ?? 0) - (zeros?.[parameter] ?? 0)) * (scales[parameter] ?? 1));
  }
  return Tensor.of(dtype, x.shape, result);
}

/** Quantizes to uint8 over the range of the values, extended to include zero. All steps are rounded to float32. */
function quantizeDynamically(x: Tensor): readonly Tensor[] {
  const values = x.toFloat32();
  const high = values.reduce((max, value) => Math.max(max, value), 0);
  const low = values.reduce((least, value) => Math.min(least, value), 0);
  const scale = Math.fround(Math.fround(high - low) / 255) || 1;
  const zero = roundHalfToEven(Math.max(0, Math.min(255, Math.fround(-low / scale))));
  const quantized = Uint8Array.from(values, (value) => Math.max(0, Math.min(255, roundHalfToEven(Math.fround(value / scale)) + zero)));
  return [Tensor.of('uint8', x.shape, quantized), Tensor.float32([scale]), Tensor.of('uint8', [], Uint8Array.of(zero))];
}

function allocateNumbers(dtype: DataType, size: number): Exclude<ReturnType<typeof allocate>, BigInt64Array | BigUint64Array> {
  const result = allocate(dtype === 'string' ? 'float32' : dtype, size);
  if (result instanceof BigInt64Array || result instanceof BigUint64Array)
    throw new OperatorError('invalid', `quantization to ${dtype} is not supported`);
  return result;
}
