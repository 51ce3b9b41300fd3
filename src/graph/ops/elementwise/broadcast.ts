import { broadcastShapes, elementCount, formatShape, isStatic, type Shape } from '../../ir/dimension.ts';
import { integerOf } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import { allocate, type DataType, Tensor } from '../../ir/tensor.ts';
import { isRounded, rounding } from './map.ts';

/** The shape that all operands broadcast to, as in numpy; `undefined` if the rank of one is unknown. */
export function broadcastOperands(node: OperatorNode): Shape | undefined {
  let result: Shape | undefined = [];
  for (const operand of node.inputs()) {
    if (operand.shape === undefined) return undefined;
    const next: Shape | undefined = broadcastShapes(result, operand.shape);
    if (next === undefined) {
      const shapes = node.inputs().map(({ shape }) => formatShape(shape));
      throw new OperatorError('invalid', `the shapes ${shapes.join(' and ')} cannot be broadcast`);
    }
    result = next;
  }
  return result;
}

/** The shape that tensors broadcast to. */
export function broadcastTensors(tensors: readonly Tensor[]): readonly number[] {
  let result: Shape = [];
  for (const { shape } of tensors) {
    const next = broadcastShapes(result, shape);
    if (next === undefined)
      throw new OperatorError('invalid', `the shapes ${formatShape(result)} and ${formatShape(shape)} cannot be broadcast`);
    result = next;
  }
  return isStatic(result) ? result : [];
}

/** For each element of the result, the index of the operand element it comes from. */
export function sourceIndices(shape: readonly number[], result: readonly number[]): Uint32Array {
  const strides = result.map(() => 0);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    if (size !== 1) strides[axis + result.length - shape.length] = stride;
    stride *= size;
  }
  let indices = new Uint32Array(1);
  for (const [axis, size] of result.entries()) {
    const next = new Uint32Array(indices.length * size);
    for (let outer = 0; outer < indices.length; outer++) {
      for (let inner = 0; inner < size; inner++) next[outer * size + inner] = (indices[outer] ?? 0) + inner * (strides[axis] ?? 0);
    }
    indices = next;
  }
  return indices;
}

/** How to combine two elements: `integer` computes 64-bit integers, `number` everything else. */
export interface Pairwise {
  readonly number: (left: number, right: number) => number;
  readonly integer?: (left: bigint, right: bigint) => bigint;
}

/**
 * Combines two tensors element by element. The result is rounded to its type: integers wrap, floats round to nearest. `number` computes
 * integers of up to 32 bits in float64, which is exact except for products.
 */
export function combine(left: Tensor, right: Tensor, dtype: DataType, { number, integer }: Pairwise): Tensor {
  if (dtype === 'string') throw new OperatorError('invalid', 'operands of the type string are not supported');
  const shape = broadcastTensors([left, right]);
  const result = allocate(dtype, elementCount(shape));
  const a = left.values();
  const b = right.values();
  if (result instanceof BigInt64Array || result instanceof BigUint64Array) {
    if (integer === undefined) throw new OperatorError('invalid', `operands of the type ${dtype} are not supported`);
    const fromA = sourceIndices(left.shape, shape);
    const fromB = sourceIndices(right.shape, shape);
    for (let index = 0; index < result.length; index++) {
      result[index] = integer(integerOf(a[fromA[index] ?? 0] ?? 0), integerOf(b[fromB[index] ?? 0] ?? 0));
    }
    return Tensor.of(dtype, shape, result);
  }
  const round = isRounded(dtype) ? rounding(dtype) : undefined;
  const [stepA, stepB] = [stepOf(left, result.length), stepOf(right, result.length)];
  if (stepA !== undefined && stepB !== undefined && round === undefined) {
    if (a instanceof Float32Array && b instanceof Float32Array && result instanceof Float32Array) {
      combineFloats(a, stepA, b, stepB, result, number);
      return Tensor.of(dtype, shape, result);
    }
    for (let index = 0; index < result.length; index++) result[index] = number(Number(a[index * stepA]), Number(b[index * stepB]));
    return Tensor.of(dtype, shape, result);
  }
  const fromA = sourceIndices(left.shape, shape);
  const fromB = sourceIndices(right.shape, shape);
  for (let index = 0; index < result.length; index++) {
    const value = number(Number(a[fromA[index] ?? 0]), Number(b[fromB[index] ?? 0]));
    result[index] = round === undefined ? value : round(value);
  }
  return Tensor.of(dtype, shape, result);
}

/** A separate function, so that the engine compiles it for float32, the type of large tensors. */
function combineFloats(
  a: Float32Array,
  stepA: number,
  b: Float32Array,
  stepB: number,
  result: Float32Array,
  number: Pairwise['number'],
): void {
  for (let index = 0; index < result.length; index++) result[index] = number(a[index * stepA] ?? 0, b[index * stepB] ?? 0);
}

/**
 * The step from one element of an operand to the next: 1 if it has as many elements as the result, 0 if it has one. `undefined` if it is
 * broadcast along some axes.
 */
function stepOf({ size }: Tensor, elements: number): 0 | 1 | undefined {
  if (size === elements) return 1;
  return size === 1 ? 0 : undefined;
}

/** An element of a tensor. */
export type Element = string | number | bigint;

/** Compares two tensors element by element; strings and 64-bit integers are compared without conversion. */
export function compareElements(left: Tensor, right: Tensor, holds: (left: Element, right: Element) => boolean): Tensor {
  const shape = broadcastTensors([left, right]);
  const a = left.values();
  const b = right.values();
  const fromA = sourceIndices(left.shape, shape);
  const fromB = sourceIndices(right.shape, shape);
  const result = new Uint8Array(fromA.length);
  for (let index = 0; index < result.length; index++) result[index] = holds(a[fromA[index] ?? 0] ?? 0, b[fromB[index] ?? 0] ?? 0) ? 1 : 0;
  return Tensor.of('bool', shape, result);
}
