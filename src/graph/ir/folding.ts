import type { Budget } from '../../budget/budget.ts';
import { elementCount, isStatic, type Shape } from './dimension.ts';
import type { ValueType } from './graph.ts';
import type { Operator, OperatorNode } from './operator.ts';
import { allocate, type DataType, Tensor } from './tensor.ts';

/** Up to this many elements, the growth of a result does not matter. */
const smallResult = 1 << 22;
/** A constant that is much larger than its operands would only increase the size of the weights. */
const maxGrowth = 16;
/** The number of result elements per operand element, if the shape depends on values: indices into tensors of at most this many axes. */
const maxIndices = 8;
/** The minimum number of steps of an evaluation. */
const leastSteps = 64;

/** The cost of evaluating a node. */
export interface EvaluationCost {
  /** Number of elements in the results, as {@link storedElements} counts them. */
  readonly elements: number;
  /** Number of elements allocated only during the evaluation. */
  readonly working: number;
  /** Steps of arithmetic. */
  readonly steps: number;
}

/** The cost of evaluating a node, before it runs. Its operands are constant. */
export function evaluationCost(view: OperatorNode, { cost }: Operator, results: readonly ValueType[]): EvaluationCost {
  const operands = operandElements(view);
  let [count, elements, working] = [0, 0, 0];
  for (const { dtype, shape } of results) {
    const size = shape !== undefined && isStatic(shape) ? elementCount(shape) : maxIndices * operands;
    count += size;
    elements += size * weightOf(dtype);
    working += size * workingOf(dtype);
  }
  for (let index = 0; index < view.inputCount; index++) {
    const operand = view.constant(index);
    if (operand !== undefined) working += operand.size * workingOf(operand.dtype);
  }
  return { elements, working, steps: leastSteps + operands + count + (cost?.(view, results) ?? 0) };
}

/** The elements of a value weighted by their memory: 64-bit elements count twice. */
export function storedElements({ dtype, size }: Tensor): number {
  return size * weightOf(dtype);
}

function weightOf(dtype: DataType): number {
  return dtype === 'int64' || dtype === 'uint64' || dtype === 'float64' ? 2 : 1;
}

/**
 * Temporary memory per element of an operand or result: 64-bit integers are computed as objects, other elements in float64 arrays that are
 * allocated one after the other.
 */
function workingOf(dtype: DataType): number {
  return weightOf(dtype) > 1 ? 1 : 0.25;
}

/** Whether a node is folded: a small file must not occupy a build for minutes or fill its memory. */
export function isFoldable(view: OperatorNode, { elements, working, steps }: EvaluationCost, budget: Budget): boolean {
  if (elements > Math.max(smallResult, maxGrowth * operandElements(view))) return false;
  return budget.allows('elements', elements + working) && budget.allows('steps', steps);
}

function operandElements(view: OperatorNode): number {
  let elements = 0;
  for (let index = 0; index < view.inputCount; index++) elements += view.constant(index)?.size ?? 0;
  return elements;
}

/** Whether the value of every operand is known. */
export function hasConstantInputs(view: OperatorNode): boolean {
  for (let index = 0; index < view.inputCount; index++) {
    const operand = view.optionalInput(index);
    if (operand !== undefined && operand.constant === undefined) return false;
  }
  return true;
}

/** The value that a type determines: sizes that are all numbers, or an empty tensor. */
export function valueOfType(type: ValueType): Tensor | undefined {
  return sizesValue(type) ?? emptyValue(type);
}

function sizesValue({ elements, shape, dtype }: ValueType): Tensor | undefined {
  if (elements === undefined || !isStatic(elements) || shape === undefined || !isStatic(shape)) return undefined;
  if (dtype === 'int64') return Tensor.int64(elements, shape);
  if (dtype === 'bool') return Tensor.of('bool', shape, Uint8Array.from(elements));
  return dtype === 'int32' ? Tensor.of('int32', shape, Int32Array.from(elements)) : undefined;
}

/** An empty tensor is constant whatever it is computed from. ncnn does not support empty blobs. */
function emptyValue({ dtype, shape }: ValueType): Tensor | undefined {
  if (shape === undefined || !isStatic(shape) || elementCount(shape) !== 0) return undefined;
  return Tensor.of(dtype, shape, dtype === 'string' ? [] : allocate(dtype, 0));
}

/** The inferred type, with axes that only the known type has as numbers. */
export function refineType(inferred: ValueType, known: ValueType | undefined): ValueType {
  const shape = known?.shape;
  if (shape === undefined) return inferred;
  if (inferred.shape === undefined) return { ...inferred, shape };
  if (shape.length !== inferred.shape.length || isStatic(inferred.shape)) return inferred;
  return { ...inferred, shape: inferred.shape.map((size, axis) => (typeof size === 'string' ? numberAt(shape, axis, size) : size)) };
}

function numberAt(shape: Shape, axis: number, fallback: string): number | string {
  const size = shape[axis];
  return typeof size === 'number' ? size : fallback;
}

/**
 * Whether a value of one type may replace a value of another: same dtype, same rank, and same sizes where both are numbers. Symbols match
 * any size, because one size may be written in several ways.
 */
export function isSameType(left: ValueType, right: ValueType): boolean {
  if (left.sequence !== undefined || right.sequence !== undefined) return left.sequence?.length === right.sequence?.length;
  if (left.dtype !== right.dtype) return false;
  const [a, b] = [left.shape, right.shape];
  if (a === undefined || b === undefined) return true;
  return a.length === b.length && a.every((size, axis) => typeof size === 'string' || typeof b[axis] === 'string' || size === b[axis]);
}

/** Whether two types are equal in all that they state about a value. */
export function isEqualType(left: ValueType | undefined, right: ValueType | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return (
    left.dtype === right.dtype &&
    String(left.shape) === String(right.shape) &&
    String(left.elements) === String(right.elements) &&
    String(left.sequence) === String(right.sequence)
  );
}
