import { elementCount, isStatic, type Shape } from './dimension.ts';
import type { ValueType } from './graph.ts';
import type { OperatorNode } from './operator.ts';
import { allocate, Tensor } from './tensor.ts';

/** A constant that is much larger than the constants it is computed from would only blow up the weights. */
const maxFoldedElements = 1 << 26;
/** Up to this many elements, growth does not matter. */
const smallResult = 1 << 22;
const maxGrowth = 16;

/** Decides which nodes are folded: a small file must not keep a build busy for minutes, nor fill its memory. */
export class FoldingBudget {
  #remaining: number;

  /** @param elements of all constants of the model: a large model may fold more. */
  constructor(elements: number) {
    this.#remaining = 2 ** 28 + 16 * elements;
  }

  /** Whether a node whose operands are all constant may be computed; what it takes is spent. */
  allows(view: OperatorNode, results: readonly ValueType[]): boolean {
    let operands = 0;
    for (let index = 0; index < view.inputCount; index++) operands += view.constant(index)?.size ?? 0;
    let size = 0;
    for (const { shape } of results) if (shape !== undefined && isStatic(shape)) size += elementCount(shape);
    if (size > maxFoldedElements || size > Math.max(smallResult, maxGrowth * operands) || size > this.#remaining) return false;
    this.#remaining -= size;
    return true;
  }
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
