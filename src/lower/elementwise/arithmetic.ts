import { OperatorError } from '../../graph/ir/operator.ts';
import { isFloat } from '../../graph/ir/tensor.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { above, binaryTerm, defineTerm, not, type Term, term, unaryTerm } from './formula.ts';
import { integerQuotient, isPowerOfTwo, wrapped } from './integers.ts';
import { power } from './power.ts';

/** Arithmetic operators with two operands. */
export const arithmeticLowerings: LoweringFamily = {
  Add: arithmetic('ADD'),
  Sub: arithmetic('SUB'),
  Mul: arithmetic('MUL'),
  Div: (node) => {
    const { dtype } = node.input(0);
    const [left, right] = [term(node, 0), term(node, 1)];
    defineTerm(node, 0, isFloat(dtype) ? divided(node, left, right) : integerQuotient(node, left, right, dtype, 'cut'));
  },
  Mod: (node) => defineTerm(node, 0, remainder(node)),
  Pow: (node) => defineTerm(node, 0, power(node)),
};

function arithmetic(operation: 'ADD' | 'SUB' | 'MUL'): Lowering {
  return (node) => {
    const result = binaryTerm(node, operation, term(node, 0), term(node, 1));
    defineTerm(node, 0, wrapped(node, result, node.output().dtype));
  };
}

/** A quotient of floats. Division by a power of two is only exact as a multiplication. */
export function divided(node: LoweringNode, left: Term, right: Term): Term {
  return typeof right === 'number' && isPowerOfTwo(right) ? binaryTerm(node, 'MUL', left, 1 / right) : binaryTerm(node, 'DIV', left, right);
}

function remainder(node: LoweringNode): Term {
  const { dtype } = node.input(0);
  const cut = node.int('fmod', 0) !== 0;
  const [left, right] = [term(node, 0), term(node, 1)];
  if (!isFloat(dtype)) {
    const whole = integerQuotient(node, left, right, dtype, cut ? 'cut' : 'floor');
    return binaryTerm(node, 'SUB', left, binaryTerm(node, 'MUL', whole, right));
  }
  if (cut) {
    const size = positiveRemainder(node, magnitude(node, left), magnitude(node, right));
    return binaryTerm(node, 'MUL', size, sign(node, left));
  }
  // x mod ±infinity is x or ±infinity. No composition of ncnn layers computes that without producing NaN.
  const divisor = node.constant(1)?.toFloat32();
  if (divisor === undefined || !divisor.every(Number.isFinite)) {
    throw new OperatorError('unsupported', 'a float remainder with the sign of the divisor needs a constant and finite divisor');
  }
  const direction = sign(node, right);
  const positive = positiveRemainder(node, times(node, left, direction), magnitude(node, right));
  return binaryTerm(node, 'MUL', positive, direction);
}

/**
 * The remainder of a division by a positive divisor: at least 0 and less than the divisor. On most platforms division has a rounding error,
 * so the quotient may be off by one in either direction.
 */
function positiveRemainder(node: LoweringNode, dividend: Term, divisor: Term): Term {
  const times = unaryTerm(node, 'FLOOR', binaryTerm(node, 'DIV', dividend, divisor));
  const difference = binaryTerm(node, 'SUB', dividend, binaryTerm(node, 'MUL', times, divisor));
  const raised = binaryTerm(node, 'ADD', difference, binaryTerm(node, 'MUL', above(node, 0, unaryTerm(node, 'NEG', difference)), divisor));
  const within = above(node, 0, binaryTerm(node, 'SUB', divisor, raised));
  return binaryTerm(node, 'SUB', raised, binaryTerm(node, 'MUL', not(node, within), divisor));
}

function magnitude(node: LoweringNode, x: Term): Term {
  return typeof x === 'number' ? Math.abs(x) : unaryTerm(node, 'ABS', x);
}

function times(node: LoweringNode, left: Term, right: Term): Term {
  return typeof left === 'number' && typeof right === 'number' ? left * right : binaryTerm(node, 'MUL', left, right);
}

/** -1 below zero, else 1. */
function sign(node: LoweringNode, x: Term): Term {
  if (typeof x === 'number') return x < 0 ? -1 : 1;
  return binaryTerm(node, 'ADD', binaryTerm(node, 'MUL', above(node, 0, unaryTerm(node, 'NEG', x)), -2), 1);
}
