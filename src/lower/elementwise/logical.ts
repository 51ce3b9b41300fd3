import { OperatorError } from '../../graph/operator.ts';
import { bitShiftDirection } from '../../graph/ops/elementwise/logical.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { binary, defineTerm, not, type Term, term, unary } from './formula.ts';
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
    const factor = powerOfTwo(node, term(node, 1));
    if (bitShiftDirection(node) === 'LEFT') {
      if (!/^u?int(8|16)$/.test(dtype)) throw noBits(`${dtype} shifted to the left`);
      defineTerm(node, 0, wrapped(node, binary(node, 'MUL', term(node, 0), factor('up')), dtype));
    } else defineTerm(node, 0, unary(node, 'FLOOR', binary(node, 'MUL', term(node, 0), factor('down'))));
  },
};

function noBits(what: string): OperatorError {
  return new OperatorError('unsupported', `ncnn computes in float32, which does not hold ${what}`);
}

/** The factor of a shift. Amounts must be constant, for ncnn has no exact power of two. */
function powerOfTwo(node: LoweringNode, amount: Term): (direction: 'up' | 'down') => Term {
  const constant = node.constant(1);
  if (typeof amount === 'number') return (direction) => 2 ** (direction === 'up' ? amount : -amount);
  if (constant === undefined) {
    throw new OperatorError('unsupported', 'ncnn cannot shift by an amount that is computed when the net runs');
  }
  throw new OperatorError('unsupported', 'ncnn cannot shift by amounts that differ between elements');
}
