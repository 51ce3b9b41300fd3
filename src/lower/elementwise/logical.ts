import { OperatorError } from '../../graph/ir/operator.ts';
import { bitShiftDirection } from '../../graph/ops/elementwise/logical.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { above, binaryTerm, constantTerm, defineTerm, not, type Term, term, unaryTerm } from './formula.ts';
import { wrapped } from './integers.ts';

/**
 * Logical operators on bools, which are stored as 0 and 1, and the bitwise operators that can be computed by arithmetic. The other bitwise
 * operators are not possible in float32.
 */
export const logicalLowerings: LoweringFamily = {
  And: (node) => defineTerm(node, 0, binaryTerm(node, 'MUL', term(node, 0), term(node, 1))),
  Or: (node) => defineTerm(node, 0, binaryTerm(node, 'MAX', term(node, 0), term(node, 1))),
  Xor: (node) => defineTerm(node, 0, unaryTerm(node, 'ABS', binaryTerm(node, 'SUB', term(node, 0), term(node, 1)))),
  Not: (node) => defineTerm(node, 0, not(node, term(node, 0))),
  BitwiseNot: (node) => {
    const { dtype } = node.input(0);
    if (dtype === 'uint32' || dtype === 'uint64') throw noBits(`the complement of ${dtype}`);
    const all = dtype === 'uint8' ? 255 : dtype === 'uint16' ? 65535 : -1;
    defineTerm(node, 0, binaryTerm(node, 'SUB', all, term(node, 0)));
  },
  BitShift: (node) => {
    const { dtype } = node.input(0);
    const x = term(node, 0);
    if (bitShiftDirection(node) === 'RIGHT') {
      defineTerm(node, 0, unaryTerm(node, 'FLOOR', binaryTerm(node, 'MUL', x, shiftFactor(node, -1))));
      return;
    }
    if (!/^(u?int(8|16)|uint32)$/.test(dtype)) throw noBits(`${dtype} shifted to the left`);
    defineTerm(node, 0, wrapped(node, binaryTerm(node, 'MUL', x, shiftFactor(node, 1)), dtype));
  },
};

function noBits(what: string): OperatorError {
  return new OperatorError('unsupported', `ncnn computes in float32, which cannot represent ${what}`);
}

/** At least the width of any type. A negative shift amount counts as a shift by this many bits. */
const wholeWidth = 64;

/** The power of two (`sign` 1) or its reciprocal (`sign` -1) for the shift amounts in the second operand. */
function shiftFactor(node: LoweringNode, sign: 1 | -1): Term {
  const amounts = node.constant(1);
  if (amounts === undefined) return powerOfTwo(node, term(node, 1), sign);
  const factors = amounts.toFloat32().map((amount) => 2 ** (sign * (amount < 0 ? wholeWidth : Math.min(amount, wholeWidth))));
  return constantTerm(node, factors, amounts.shape, 'factors');
}

/**
 * 2 to the power of an integer, exactly. ncnn's exponential has a rounding error, so it computes only factors small enough to be rounded to
 * the correct integer; squaring does the rest.
 */
function powerOfTwo(node: LoweringNode, amount: Term, sign: 1 | -1): Term {
  const below = binaryTerm(node, 'MUL', above(node, 0, unaryTerm(node, 'NEG', amount)), 2 * wholeWidth);
  const shift = binaryTerm(node, 'MIN', binaryTerm(node, 'ADD', amount, below), wholeWidth);
  const quarter = unaryTerm(node, 'FLOOR', binaryTerm(node, 'MUL', shift, 0.25));
  const modulo4 = binaryTerm(node, 'SUB', shift, binaryTerm(node, 'MUL', quarter, 4));
  const small = (exponent: Term): Term => unaryTerm(node, 'ROUND', unaryTerm(node, 'EXP', binaryTerm(node, 'MUL', exponent, Math.LN2)));
  if (sign === 1) {
    return binaryTerm(node, 'MUL', unaryTerm(node, 'SQUARE', unaryTerm(node, 'SQUARE', small(quarter))), small(modulo4));
  }
  // Reciprocals are computed from the complements, because a division would not be exact either.
  const complement = small(binaryTerm(node, 'SUB', wholeWidth / 4, quarter));
  const scaled = binaryTerm(node, 'MUL', complement, 2 ** (-wholeWidth / 4));
  const remaining = binaryTerm(node, 'MUL', small(binaryTerm(node, 'SUB', 3, modulo4)), 1 / 8);
  return binaryTerm(node, 'MUL', unaryTerm(node, 'SQUARE', unaryTerm(node, 'SQUARE', scaled)), remaining);
}
