import { OperatorError } from '../../graph/ir/operator.ts';
import { isFloat } from '../../graph/ir/tensor.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { above, binary, defineTerm, isLiveTerm, not, type Term, term, unary } from './formula.ts';
import { isPowerOfTwo, quotient, wrapped } from './integers.ts';
import { power } from './power.ts';

/** Arithmetic of two operands, and of any number of them. */
export const arithmeticLowerings: LoweringFamily = {
  Add: arithmetic('ADD'),
  Sub: arithmetic('SUB'),
  Mul: arithmetic('MUL'),
  Div: (node) => {
    const { dtype } = node.input(0);
    const [left, right] = [term(node, 0), term(node, 1)];
    defineTerm(node, 0, isFloat(dtype) ? divided(node, left, right) : quotient(node, left, right, dtype, 'cut'));
  },
  Mod: (node) => defineTerm(node, 0, remainder(node)),
  Pow: (node) => defineTerm(node, 0, power(node)),
  Max: chain('MAX'),
  Min: chain('MIN'),
  Sum: chain('ADD'),
  Mean: (node) => {
    const total = folded(node, 'ADD');
    defineTerm(node, 0, node.inputCount === 1 ? total : divided(node, total, node.inputCount));
  },
};

function arithmetic(operation: 'ADD' | 'SUB' | 'MUL'): Lowering {
  return (node) => {
    const result = binary(node, operation, term(node, 0), term(node, 1));
    defineTerm(node, 0, wrapped(node, result, node.output().dtype));
  };
}

/** A quotient of floats; by a power of two it is exact only as a product. */
function divided(node: LoweringNode, left: Term, right: Term): Term {
  return typeof right === 'number' && isPowerOfTwo(right) ? binary(node, 'MUL', left, 1 / right) : binary(node, 'DIV', left, right);
}

function chain(operation: 'MAX' | 'MIN' | 'ADD'): Lowering {
  return (node) => defineTerm(node, 0, folded(node, operation));
}

/** All operands combined from left to right, the constant ones last. */
function folded(node: LoweringNode, operation: 'MAX' | 'MIN' | 'ADD'): Term {
  const terms = node.inputs().map((_, index) => term(node, index));
  const ordered = [...terms.filter(isLiveTerm), ...terms.filter((entry) => !isLiveTerm(entry))];
  return ordered.reduce((left, right) => binary(node, operation, left, right));
}

function remainder(node: LoweringNode): Term {
  const { dtype } = node.input(0);
  const cut = node.int('fmod', 0) !== 0;
  const [left, right] = [term(node, 0), term(node, 1)];
  if (!isFloat(dtype)) {
    const whole = quotient(node, left, right, dtype, cut ? 'cut' : 'floor');
    return binary(node, 'SUB', left, binary(node, 'MUL', whole, right));
  }
  if (cut) {
    const size = positiveRemainder(node, magnitude(node, left), magnitude(node, right));
    return binary(node, 'MUL', size, sign(node, left));
  }
  // x mod ±infinity is x or ±infinity, which no composition of ncnn's layers gives without NaN.
  const divisor = node.constant(1)?.toFloat32();
  if (divisor === undefined || !divisor.every(Number.isFinite)) {
    throw new OperatorError(
      'unsupported',
      'a remainder of floats with the sign of the divisor needs a divisor that is constant and finite',
    );
  }
  const direction = sign(node, right);
  const turned = positiveRemainder(node, times(node, left, direction), magnitude(node, right));
  return binary(node, 'MUL', turned, direction);
}

/**
 * The remainder of a division by something positive, at least 0 and less than the divisor. Division is off by a
 * rounding error on most platforms, so that the quotient may be one too small or too large.
 */
function positiveRemainder(node: LoweringNode, dividend: Term, divisor: Term): Term {
  const times = unary(node, 'FLOOR', binary(node, 'DIV', dividend, divisor));
  const rest = binary(node, 'SUB', dividend, binary(node, 'MUL', times, divisor));
  const raised = binary(node, 'ADD', rest, binary(node, 'MUL', above(node, 0, unary(node, 'NEG', rest)), divisor));
  const within = above(node, 0, binary(node, 'SUB', divisor, raised));
  return binary(node, 'SUB', raised, binary(node, 'MUL', not(node, within), divisor));
}

function magnitude(node: LoweringNode, x: Term): Term {
  return typeof x === 'number' ? Math.abs(x) : unary(node, 'ABS', x);
}

function times(node: LoweringNode, left: Term, right: Term): Term {
  return typeof left === 'number' && typeof right === 'number' ? left * right : binary(node, 'MUL', left, right);
}

/** -1 for what is below zero, else 1. */
function sign(node: LoweringNode, x: Term): Term {
  if (typeof x === 'number') return x < 0 ? -1 : 1;
  return binary(node, 'ADD', binary(node, 'MUL', above(node, 0, unary(node, 'NEG', x)), -2), 1);
}
