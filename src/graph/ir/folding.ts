import type { Budget } from '../../budget/budget.ts';
import { elementCount, isStatic, type Shape } from './dimension.ts';
import type { ValueType } from './graph.ts';
import type { Operator, OperatorNode } from './operator.ts';
import { allocate, type DataType, Tensor } from './tensor.ts';

/** Up to this many elements, growth does not matter. */
const smallResult = 1 << 22;
/** A constant that is much larger than the constants it is computed from would only blow up the weights. */
const maxGrowth = 16;
/** Elements of a result whose shape depends on values, for each element of the operands: indices of up to so many axes. */
const maxIndices = 8;
/** Steps that the smallest evaluation takes. */
const leastSteps = 64;

/** What the evaluation of a node takes. */
export interface EvaluationCost {
  /** Elements of its results, as {@link heldElements} counts them. */
  readonly elements: number;
  /** Elements that are held while it runs, and no longer. */
  readonly working: number;
  /** Steps of arithmetic. */
  readonly steps: number;
}

/** What the evaluation of a node takes, known before it runs. Its operands are constant. */
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

/** The elements of a value by the memory that they take: those of 64 bits count twice. */
export function heldElements({ dtype, size }: Tensor): number {
  return size * weightOf(dtype);
}

function weightOf(dtype: DataType): number {
  return dtype === 'int64' || dtype === 'uint64' || dtype === 'float64' ? 2 : 1;
}

/**
 * What evaluation takes for an element of an operand or result beside itself: integers of 64 bits are computed as objects, others in arrays of
 * float64 that are made one after the other.
 */
function workingOf(dtype: DataType): number {
  return weightOf(dtype) > 1 ? 1 : 0.25;
}

/** Whether a node is folded: a small file must not keep a build busy for minutes, nor fill its memory. */
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

/** The value that a type alone determines: sizes that are all numbers, or no elements at all. */
export function valueOfType(type: ValueType): Tensor | undefined {
  return sizesValue(type) ?? emptyValue(type);
}

function sizesValue({ elements, shape, dtype }: ValueType): Tensor | undefined {
  if (elements === undefined || !isStatic(elements) || shape === undefined || !isStatic(shape)) return undefined;
  if (dtype === 'int64') return Tensor.int64(elements, shape);
  if (dtype === 'bool') return Tensor.of('bool', shape, Uint8Array.from(elements));
  return dtype === 'int32' ? Tensor.of('int32', shape, Int32Array.from(elements)) : undefined;
}

/** A tensor without elements is constant whatever it is computed from; ncnn could not hold it. */
function emptyValue({ dtype, shape }: ValueType): Tensor | undefined {
  if (shape === undefined || !isStatic(shape) || elementCount(shape) !== 0) return undefined;
  return Tensor.of(dtype, shape, dtype === 'string' ? [] : allocate(dtype, 0));
}

/** What was inferred, with the axes filled in that only an earlier type of the value knows as numbers. */
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
 * Whether a value of one type may stand in for a value of another: same dtype, same number of axes, same sizes as far as both are
 * numbers. Symbols compare equal to anything here, since one size may be written in several ways.
 */
export function isSameType(left: ValueType, right: ValueType): boolean {
  if (left.sequence !== undefined || right.sequence !== undefined) return left.sequence?.length === right.sequence?.length;
  if (left.dtype !== right.dtype) return false;
  const [a, b] = [left.shape, right.shape];
  if (a === undefined || b === undefined) return true;
  return a.length === b.length && a.every((size, axis) => typeof size === 'string' || typeof b[axis] === 'string' || size === b[axis]);
}

/** Whether two types say the same of a value, as a constant or not. */
export function isEqualType(left: ValueType | undefined, right: ValueType | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return (
    left.dtype === right.dtype &&
    String(left.shape) === String(right.shape) &&
    String(left.elements) === String(right.elements) &&
    String(left.sequence) === String(right.sequence)
  );
}
