import { OperatorError } from '../../graph/ir/operator.ts';
import { bitShiftDirection } from '../../graph/ops/elementwise/logical.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { above, binary, constantTerm, defineTerm, not, type Term, term, unary } from './formula.ts';
import { wrapped } from './integers.ts';

/**
 * Logical functions of bools, which flow as 0 and 1, and those functions of bits that are arithmetic. The others have
 * no form in float32.
 */
export const logicalLowerings: LoweringFamily = {
  And: (node) => defineTerm(node, 0, binary(node, 'MUL', term(node, 0), term(node, 1))),
  Or: (node) => defineTerm(node, 0, binary(node, 'MAX', term(node, 0), term(node, 1))),
  Xor: (node) => defineTerm(node, 0, unary(node, 'ABS', binary(node, 'SUB', term(node, 0), term(node, 1)))),
  Not: (node) => defineTerm(node, 0, not(node, term(node, 0))),
  BitwiseNot: (node) => {
    const { dtype } = node.input(0);
    if (dtype === 'uint32' || dtype === 'uint64') throw noBits(`the complement of ${dtype}`);
    const all = ({ uint8: 255, uint16: 65535 } as Partial<Record<string, number>>)[dtype] ?? -1;
    defineTerm(node, 0, binary(node, 'SUB', all, term(node, 0)));
  },
  BitShift: (node) => {
    const { dtype } = node.input(0);
    const x = term(node, 0);
    if (bitShiftDirection(node) === 'RIGHT') {
      defineTerm(node, 0, unary(node, 'FLOOR', binary(node, 'MUL', x, shiftFactor(node, -1))));
      return;
    }
    if (!/^(u?int(8|16)|uint32)$/.test(dtype)) throw noBits(`${dtype} shifted to the left`);
    defineTerm(node, 0, wrapped(node, binary(node, 'MUL', x, shiftFactor(node, 1)), dtype));
  },
};

function noBits(what: string): OperatorError {
  return new OperatorError('unsupported', `ncnn computes in float32, which does not hold ${what}`);
}

/** More than any type has bits. A shift by less than none counts as one by so many. */
const wholeWidth = 64;

/** The power of two (`sign` 1) or its reciprocal that shifts by the amounts of the second operand. */
function shiftFactor(node: LoweringNode, sign: 1 | -1): Term {
  const amounts = node.constant(1);
  if (amounts === undefined) return powerOfTwo(node, term(node, 1), sign);
  const factors = amounts.toFloat32().map((amount) => 2 ** (sign * (amount < 0 ? wholeWidth : Math.min(amount, wholeWidth))));
  return constantTerm(node, factors, amounts.shape, 'factors');
}

/**
 * 2 to the power of whole numbers, exactly: what ncnn computes is off by a rounding error, so only factors small
 * enough to be rounded to the integer they should be are made by an exponential, and the rest by squaring.
 */
function powerOfTwo(node: LoweringNode, amount: Term, sign: 1 | -1): Term {
  const below = binary(node, 'MUL', above(node, 0, unary(node, 'NEG', amount)), 2 * wholeWidth);
  const shift = binary(node, 'MIN', binary(node, 'ADD', amount, below), wholeWidth);
  const quarter = unary(node, 'FLOOR', binary(node, 'MUL', shift, 0.25));
  const rest = binary(node, 'SUB', shift, binary(node, 'MUL', quarter, 4));
  const small = (exponent: Term): Term => unary(node, 'ROUND', unary(node, 'EXP', binary(node, 'MUL', exponent, Math.LN2)));
  if (sign === 1) {
    return binary(node, 'MUL', unary(node, 'SQUARE', unary(node, 'SQUARE', small(quarter))), small(rest));
  }
  // The reciprocals are made from the complements, for a division would not be exact either.
  const complement = small(binary(node, 'SUB', wholeWidth / 4, quarter));
  const scaled = binary(node, 'MUL', complement, 2 ** (-wholeWidth / 4));
  const remaining = binary(node, 'MUL', small(binary(node, 'SUB', 3, rest)), 1 / 8);
  return binary(node, 'MUL', unary(node, 'SQUARE', unary(node, 'SQUARE', scaled)), remaining);
}
