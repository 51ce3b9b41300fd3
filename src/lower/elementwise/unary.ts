import { isFloat } from '../../graph/ir/tensor.ts';
import { unaryCodes } from '../../net/layers/codes.ts';
import type { Lowering, LoweringFamily } from '../node.ts';
import { lowerElementwise } from './elementwise.ts';
import { above, binaryTerm, clamp, defineTerm, term, unaryTerm } from './formula.ts';

/** Element-wise functions that are a single UnaryOp. */
export const unaryLowerings: LoweringFamily = {
  Abs: unary('ABS'),
  Neg: unary('NEG'),
  Sign: (node) => {
    const x = term(node, 0);
    // UnaryOp has no sign operation before 2026.
    if (!isFloat(node.input(0).dtype)) return defineTerm(node, 0, clamp(node, -1, 1, x));
    defineTerm(node, 0, binaryTerm(node, 'SUB', above(node, 0, x), above(node, 0, unaryTerm(node, 'NEG', x))));
  },
  Floor: unary('FLOOR'),
  Ceil: unary('CEIL'),
  Round: unary('ROUND'),
  Sqrt: unary('SQRT'),
  Reciprocal: unary('RECIPROCAL'),
  Exp: unary('EXP'),
  Log: unary('LOG'),
  Sin: unary('SIN'),
  Cos: unary('COS'),
  Tan: unary('TAN'),
  Asin: unary('ASIN'),
  Acos: unary('ACOS'),
  Atan: unary('ATAN'),
  Sinh: unary('SINH'),
  Cosh: unary('COSH'),
  Tanh: lowerElementwise('TanH', {}),
  Asinh: unary('ASINH'),
  Acosh: unary('ACOSH'),
  Atanh: unary('ATANH'),
  Erf: lowerElementwise('Erf', {}),
};

function unary(operation: keyof typeof unaryCodes): Lowering {
  return lowerElementwise('UnaryOp', { op_type: unaryCodes[operation].code });
}
