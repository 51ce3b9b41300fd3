import { largerInteger, smallerInteger } from '../../../kernels/integers.ts';
import { integerOf } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { allocate, type DataType, isFloat, Tensor } from '../../ir/tensor.ts';
import { rounding } from '../elementwise/map.ts';
import { batchAxisBehindReduction, changeOfListedAxes, layoutOfReduction } from '../rules/axes.ts';
import { layoutOfFirst } from '../rules/frame.ts';
import { lanes, normalizeAxes, reducedShape } from './lanes.ts';

/** How a lane is reduced: in float64, or exactly for 64-bit integers if the results differ. */
interface Reduction {
  readonly number: (values: Float64Array, dtype: DataType) => number;
  readonly integer?: (values: readonly bigint[], dtype: DataType) => bigint;
}

/** Reductions along any axes. */
export const reduceOperators: OperatorFamily = {
  ReduceSum: reduction({ number: sum, integer: (values) => values.reduce((total, value) => total + value, 0n) }),
  ReduceMean: reduction({
    number: (values) => sum(values) / values.length,
    integer: (values) => values.reduce((total, value) => total + value, 0n) / BigInt(values.length),
  }),
  ReduceProd: reduction({
    number: (values) => values.reduce((total, value) => total * value, 1),
    integer: (values) => values.reduce((total, value) => BigInt.asIntN(64, total * value), 1n),
  }),
  ReduceMax: reduction({
    number: (values, dtype) => values.reduce((max, value) => Math.max(max, value), range(dtype)[0]),
    integer: (values, dtype) => values.reduce((max, value) => largerInteger(max, value), bigRange(dtype)[0]),
  }),
  ReduceMin: reduction({
    number: (values, dtype) => values.reduce((least, value) => Math.min(least, value), range(dtype)[1]),
    integer: (values, dtype) => values.reduce((least, value) => smallerInteger(least, value), bigRange(dtype)[1]),
  }),
  ReduceL1: reduction({
    number: (values) => values.reduce((total, value) => total + Math.abs(value), 0),
    integer: (values) => values.reduce((total, value) => total + (value < 0n ? -value : value), 0n),
  }),
  ReduceL2: reduction({ number: (values) => Math.sqrt(sumOfSquares(values)) }),
  ReduceSumSquare: reduction({
    number: sumOfSquares,
    integer: (values) => values.reduce((total, value) => total + value * value, 0n),
  }),
  ReduceLogSum: reduction({ number: (values) => Math.log(sum(values)) }),
  ReduceLogSumExp: reduction({ number: logSumExp }),
};

/** The reduced axes; empty if there are none, `undefined` if they are not known yet. */
export function reductionAxes(node: OperatorNode, rank: number): readonly number[] | undefined {
  const operand = node.optionalInput(1);
  const listed = operand === undefined ? [] : operand.constant?.toIntegers();
  if (listed === undefined) return undefined;
  if (listed.length > 0) return normalizeAxes(node, listed, rank);
  return node.int('noop_with_empty_axes', 0) === 0 ? Array.from({ length: rank }, (_, axis) => axis) : [];
}

function reduction(reduce: Reduction): Operator {
  return {
    axesInput: 1,
    batch: (node, [batch]) => {
      const axes = reductionAxes(node, node.shape(0).length);
      return axes && batchAxisBehindReduction(batch, axes, node.int('keepdims', 1) !== 0);
    },
    layout: (node) => {
      const { length: rank } = node.shape(0);
      const axes = reductionAxes(node, rank);
      if (axes === undefined || axes.length === 0) return undefined;
      return layoutOfReduction(layoutOfFirst(node, rank, changeOfListedAxes(1, axes)), axes, node.int('keepdims', 1) !== 0);
    },
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined) return [{ dtype, shape }];
      const keepdims = node.int('keepdims', 1) !== 0;
      const axes = reductionAxes(node, shape.length);
      if (axes !== undefined) return [{ dtype, shape: reducedShape(shape, axes, keepdims) }];
      return [{ dtype, shape: keepdims ? shape.map((size, axis) => (size === 1 ? 1 : node.symbol(axis))) : undefined }];
    },
    evaluate: (node, [x]) => {
      if (x === undefined) return [];
      const axes = reductionAxes(node, x.shape.length);
      if (axes === undefined) throw new OperatorError('unsupported', 'the axes of a reduction must be constant');
      return [reduceTensor(x, axes, node.int('keepdims', 1) !== 0, reduce)];
    },
  };
}

function reduceTensor(x: Tensor, axes: readonly number[], keepdims: boolean, { number, integer }: Reduction): Tensor {
  const { dtype } = x;
  if (dtype === 'string') throw new OperatorError('invalid', 'operands of the type string are not supported');
  const { count, length, at } = lanes(x.shape, axes);
  const shape = reducedShape(x.shape, axes, keepdims).map(Number);
  const values = x.values();
  const result = allocate(dtype, count);
  if ((result instanceof BigInt64Array || result instanceof BigUint64Array) && integer !== undefined) {
    for (let lane = 0; lane < count; lane++) {
      result[lane] = integer(
        Array.from({ length }, (_, element) => integerOf(values[at(lane, element)] ?? 0)),
        dtype,
      );
    }
    return Tensor.of(dtype, shape, result);
  }
  const round = rounding(dtype);
  const buffer = new Float64Array(length);
  for (let lane = 0; lane < count; lane++) {
    for (let element = 0; element < length; element++) buffer[element] = Number(values[at(lane, element)]);
    const value = round(number(buffer, dtype));
    if (result instanceof BigInt64Array || result instanceof BigUint64Array)
      result[lane] = Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
    else result[lane] = value;
  }
  return Tensor.of(dtype, shape, result);
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function sumOfSquares(values: Float64Array): number {
  return values.reduce((total, value) => total + value * value, 0);
}

function logSumExp(values: Float64Array): number {
  const largest = values.reduce((max, value) => Math.max(max, value), -Infinity);
  if (!Number.isFinite(largest)) return largest;
  return largest + Math.log(values.reduce((total, value) => total + Math.exp(value - largest), 0));
}

/** The minimum and maximum of a type: the results of the maximum and minimum of an empty lane. */
export function range(dtype: DataType): readonly [number, number] {
  if (isFloat(dtype)) return [-Infinity, Infinity];
  const [low, high] = bigRange(dtype);
  return [Number(low), Number(high)];
}

function bigRange(dtype: DataType): readonly [bigint, bigint] {
  if (dtype === 'bool') return [0n, 1n];
  const bits = BigInt(/\d+$/.exec(dtype)?.[0] ?? 64);
  return dtype.startsWith('u') ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
}
