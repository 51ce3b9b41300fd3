import { abbreviate, type Dimension, elementCount, isStatic, product, quotient, sum } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import type { Operand, OperatorNode } from '../../ir/operator.ts';
import { isFloat } from '../../ir/tensor.ts';

/** Longer vectors are data, not sizes. */
const maxSizesLength = 64;

/** The elements of an operand as sizes: of a constant where all are whole numbers, or what is known of them symbolically. */
export function sizesOf(operand: Operand): readonly Dimension[] | undefined {
  const { constant, elements } = operand;
  if (constant === undefined) return elements;
  if (constant.dtype === 'string' || constant.dtype === 'bool' || constant.size > maxSizesLength) return undefined;
  if (isFloat(constant.dtype) && !constant.toFloat64().every(Number.isSafeInteger)) return undefined;
  return constant.toIntegers();
}

/**
 * A type with the sizes that a function makes of those of the operands, broadcast and taken from left to right; one
 * operand alone keeps its sizes. Nothing is added where no operand has symbols (constants are folded anyway), or
 * where the function gives `undefined` for an element.
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

/** A type with elements made of those of operands, which are broadcast; unchanged where one of them is not known. */
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

/** Integer division. Sizes are not negative, so that cutting off the fraction is rounding down. */
export function divideSizes(left: Dimension, right: Dimension): Dimension | undefined {
  if (right === 0) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return Math.trunc(left / right);
  const exact = quotient(left, right);
  // A quotient that came out even is written without a fraction.
  return typeof exact === 'number' || !exact.includes('/') || exact === left
    ? exact
    : `(floor${exact.startsWith('(') ? exact : `(${exact})`})`;
}

/** The larger of two sizes; with a symbol only where the other cannot be larger. */
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

/** The remainder of sizes: known where both are numbers or the division comes out even. */
export function remainderSize(left: Dimension, right: Dimension): Dimension | undefined {
  if (right === 0) return undefined;
  if (typeof left === 'number' && typeof right === 'number') return left - right * Math.floor(left / right);
  const exact = quotient(left, right);
  if (typeof exact === 'number' || !exact.includes('/')) return 0;
  return `(${left}%${right})`;
}
