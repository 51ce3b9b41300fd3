import { abbreviate, type Dimension, elementCount, isStatic, product, quotient, sum } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import type { Operand, OperatorNode } from '../../ir/operator.ts';
import { isFloat } from '../../ir/tensor.ts';

/** Longer vectors are data, not sizes. */
const maxSizesLength = 64;

/** The elements of an operand as sizes: the values of a constant if all are integers, or the known symbolic elements. */
export function sizesOf(operand: Operand): readonly Dimension[] | undefined {
  const { constant, elements } = operand;
  if (constant === undefined) return elements;
  if (constant.dtype === 'string' || constant.dtype === 'bool' || constant.size > maxSizesLength) return undefined;
  if (isFloat(constant.dtype) && !constant.toFloat64().every(Number.isSafeInteger)) return undefined;
  return constant.toIntegers();
}

/**
 * Adds symbolic elements to a type: `compute` combines the broadcast elements of the operands from left to right; a single operand keeps
 * its elements. The type stays unchanged if no operand has symbolic elements (constants are folded anyway), or if `compute` returns
 * `undefined` for an element.
 */
export function withSizes(
  type: ValueType,
  node: OperatorNode,
  compute: (left: Dimension, right: Dimension) => Dimension | undefined,
): ValueType {
  const operands = node.inputs();
  if (!operands.some((operand) => operand.constant === undefined && operand.elements !== undefined)) return type;
  return withElements(type, operands.map(sizesOf), (sizes) => {
    let result: Dimension | undefined;
    for (const [index, size] of sizes.entries()) {
      if (index === 0) result = size;
      else if (result !== undefined) result = compute(result, size);
      if (result !== undefined) result = abbreviate(result);
    }
    return result;
  });
}

/**
 * Adds elements to a type that are computed from the broadcast elements of the operands; the type stays unchanged if an element is not
 * known.
 */
export function withElements(
  type: ValueType,
  operands: readonly (readonly Dimension[] | undefined)[],
  compute: (sizes: readonly Dimension[]) => Dimension | undefined,
): ValueType {
  const { shape } = type;
  if (shape === undefined || !isStatic(shape) || shape.length > 1) return type;
  const elements: Dimension[] = [];
  for (let index = 0; index < elementCount(shape); index++) {
    const sizes: Dimension[] = [];
    for (const operand of operands) {
      const size = operand?.length === 1 ? operand[0] : operand?.[index];
      if (size === undefined) return type;
      sizes.push(size);
    }
    const result = compute(sizes);
    if (result === undefined) return type;
    elements.push(result);
  }
  return { ...type, elements };
}

export function addSizes(left: Dimension, right: Dimension): Dimension {
  return sum([left, right]);
}

export function subtractSizes(left: Dimension, right: Dimension): Dimension {
  return sum([left, product([-1, right])]);
}

export function multiplySizes(left: Dimension, right: Dimension): Dimension {
  return product([left, right]);
}

/** Integer division. Sizes are not negative, so truncating is rounding down. */
export function divideSizes(left: Dimension, right: Dimension): Dimension | undefined {
  if (right === 0) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return Math.trunc(left / right);
  const exact = quotient(left, right);
  // A quotient without remainder is written without a fraction.
  return typeof exact === 'number' || !exact.includes('/') || exact === left
    ? exact
    : `(floor${exact.startsWith('(') ? exact : `(${exact})`})`;
}

/** The larger of two sizes; for symbols, only if the other size cannot be larger. */
export function largerSize(left: Dimension, right: Dimension): Dimension {
  if (typeof left === 'number' && typeof right === 'number') return Math.max(left, right);
  if (left === right) return left;
  if (typeof left === 'number' && left <= 0) return right;
  if (typeof right === 'number' && right <= 0) return left;
  return `(max(${[left, right].map(String).sort().join(',')}))`;
}

export function smallerSize(left: Dimension, right: Dimension): Dimension {
  if (typeof left === 'number' && typeof right === 'number') return Math.min(left, right);
  if (left === right) return left;
  return `(min(${[left, right].map(String).sort().join(',')}))`;
}

/** The remainder of sizes, if both are numbers or the division has no remainder. */
export function remainderSize(left: Dimension, right: Dimension): Dimension | undefined {
  if (right === 0) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return left - right * Math.floor(left / right);
  const exact = quotient(left, right);
  if (typeof exact === 'number' || !exact.includes('/')) return 0;
  return `(${left}%${right})`;
}
