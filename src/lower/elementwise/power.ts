import { isFloat } from '../../graph/ir/tensor.ts';
import type { LoweringNode } from '../node.ts';
import { above, binaryTerm, clamp, isDynamicTerm, not, type Term, term, unaryTerm } from './formula.ts';

/** The smallest positive normal float32. */
export const minNormal: number = 2 ** -126;

/** Larger exponents use POW: the rounding errors of so many products would add up. */
const highestProduct = 64;

/**
 * A power. ncnn's vectorized POW is exp(y log x), which is only defined for x > 0. Integer exponents therefore become products, and
 * otherwise zero and negative bases are handled separately.
 */
export function power(node: LoweringNode): Term {
  const base = term(node, 0);
  const exponent = uniformExponent(node) ?? term(node, 1);
  const result = typeof exponent === 'number' ? constantPower(node, base, exponent) : dynamicPower(node, base, exponent);
  return isFloat(node.input(0).dtype) ? result : unaryTerm(node, 'ROUND', result);
}

/** The exponent, if it is the same for all elements and does not change the shape. */
function uniformExponent(node: LoweringNode): number | undefined {
  const constant = node.constant(1);
  if (constant === undefined || node.isDynamic(1)) return undefined;
  const values = constant.toFloat32();
  const sameSize = constant.size === 1 || node.outputShape().join() === node.shape(0).join();
  return sameSize && values.every((value) => value === values[0]) ? values[0] : undefined;
}

function constantPower(node: LoweringNode, base: Term, exponent: number): Term {
  if (exponent === 0) return clamp(node, 1, 1, base);
  if (exponent === 0.5) return unaryTerm(node, 'SQRT', base);
  if (exponent === -0.5) return unaryTerm(node, 'RSQRT', base);
  if (exponent < 0 && Number.isInteger(exponent)) return unaryTerm(node, 'RECIPROCAL', constantPower(node, base, -exponent));
  if (Number.isInteger(exponent) && exponent <= highestProduct) return product(node, base, exponent);
  if (Number.isInteger(exponent * 2) && exponent > 0 && exponent <= highestProduct) {
    return binaryTerm(node, 'MUL', product(node, base, exponent - 0.5), unaryTerm(node, 'SQRT', base));
  }
  if (Number.isInteger(exponent)) return signed(node, base, magnitudePower(node, base, exponent), exponent % 2 === 0 ? 0 : 1);
  // One half of the power is computed as a root, which restores what POW loses: NaN below zero, and 0 or infinity at zero.
  const root = unaryTerm(node, exponent < 0 ? 'RSQRT' : 'SQRT', base);
  const halfPower = exponent < 0 ? exponent + 0.5 : exponent - 0.5;
  return binaryTerm(node, 'MUL', binaryTerm(node, 'POW', binaryTerm(node, 'MAX', base, minNormal), halfPower), root);
}

/** A positive integer power as a chain of products: one square per bit of the exponent. */
function product(node: LoweringNode, base: Term, exponent: number): Term {
  let result: Term | undefined;
  let square = base;
  for (let remaining = exponent; remaining > 0; remaining = Math.floor(remaining / 2)) {
    if (remaining % 2 === 1) result = result === undefined ? square : binaryTerm(node, 'MUL', result, square);
    if (remaining > 1) square = unaryTerm(node, 'SQUARE', square);
  }
  return result ?? base;
}

/** Powers with dynamic exponents, or exponents that differ between elements. */
function dynamicPower(node: LoweringNode, base: Term, exponent: Term): Term {
  if (typeof base === 'number' && base > 0) return binaryTerm(node, 'POW', base, exponent);
  if (!isDynamicTerm(base) && typeof base !== 'number' && base.constant.toFloat32().every((value) => value > 0)) {
    return binaryTerm(node, 'POW', base, exponent);
  }
  const raised = withNaN(node, base, exponent, magnitudePower(node, base, exponent));
  if (typeof base === 'number') return signed(node, base, raised, parity(node, exponent));
  // 0 to a positive power is 0. The smallest normal number, used instead of 0, would give a nonzero result for small exponents.
  const vanishes = binaryTerm(node, 'MUL', not(node, above(node, 0, unaryTerm(node, 'ABS', base))), above(node, 0, exponent));
  return signed(node, base, binaryTerm(node, 'MUL', raised, not(node, vanishes)), parity(node, exponent));
}

/**
 * NaN if the base is negative and the exponent is not an integer: the magnitude is multiplied by the root of -1 there, and of 1 elsewhere.
 */
function withNaN(node: LoweringNode, base: Term, exponent: Term, magnitude: Term): Term {
  if (!isFloat(node.input(1).dtype) || (node.constant(1)?.toFloat32().every(Number.isInteger) ?? false)) return magnitude;
  const fraction = above(node, 0, binaryTerm(node, 'SUB', exponent, unaryTerm(node, 'FLOOR', exponent)));
  const undefinedThere =
    typeof base === 'number' ? fraction : binaryTerm(node, 'MUL', above(node, 0, unaryTerm(node, 'NEG', base)), fraction);
  return binaryTerm(
    node,
    'MUL',
    magnitude,
    unaryTerm(node, 'SQRT', binaryTerm(node, 'SUB', 1, binaryTerm(node, 'MUL', undefinedThere, 2))),
  );
}

/** The power of the base's magnitude, which is kept above zero. */
function magnitudePower(node: LoweringNode, base: Term, exponent: Term): Term {
  if (typeof base === 'number') return binaryTerm(node, 'POW', Math.max(Math.abs(base), minNormal), exponent);
  return binaryTerm(node, 'POW', binaryTerm(node, 'MAX', unaryTerm(node, 'ABS', base), minNormal), exponent);
}

/** The magnitude, negated if the base is negative and the exponent is odd. */
function signed(node: LoweringNode, base: Term, magnitude: Term, odd: Term): Term {
  if (odd === 0 || (typeof base === 'number' && base >= 0)) return magnitude;
  const negative = typeof base === 'number' ? 1 : above(node, 0, unaryTerm(node, 'NEG', base));
  const isNegated = negative === 1 ? odd : odd === 1 ? negative : binaryTerm(node, 'MUL', negative, odd);
  return binaryTerm(node, 'MUL', magnitude, binaryTerm(node, 'SUB', 1, binaryTerm(node, 'MUL', isNegated, 2)));
}

/** 1 for odd integers, 0 for even ones. */
function parity(node: LoweringNode, x: Term): Term {
  const half = unaryTerm(node, 'FLOOR', binaryTerm(node, 'MUL', x, 0.5));
  return binaryTerm(node, 'SUB', x, binaryTerm(node, 'MUL', half, 2));
}
