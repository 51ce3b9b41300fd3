import { isFloat } from '../../graph/ir/tensor.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { above, binaryTerm, defineTerm, isDynamicTerm, not, type Term, term, unaryTerm } from './formula.ts';
import { minNormal } from './power.ts';

/**
 * Comparisons by the sign of a difference. A difference of floats is 0 only if they are equal, overflows to infinity of the right sign, and
 * is NaN (and therefore not above 0) for NaN and for two infinities of the same sign.
 */
export const comparisonLowerings: LoweringFamily = {
  Less: comparison((node, left, right) => less(node, left, right)),
  Greater: comparison((node, left, right) => less(node, right, left)),
  LessOrEqual: comparison((node, left, right) => unless(node, less(node, right, left), left, right)),
  GreaterOrEqual: comparison((node, left, right) => unless(node, less(node, left, right), left, right)),
  Equal: comparison((node, left, right) => equal(node, left, right)),
  IsNaN: (node) => defineTerm(node, 0, not(node, isNumber(node, term(node, 0)))),
  IsInf: (node) => {
    const x = term(node, 0);
    const positive = node.int('detect_positive', 1) !== 0;
    const negative = node.int('detect_negative', 1) !== 0;
    if (positive && negative) defineTerm(node, 0, above(node, maxFloat32, unaryTerm(node, 'ABS', x)));
    else if (positive) defineTerm(node, 0, above(node, maxFloat32, x));
    else
      defineTerm(
        node,
        0,
        negative ? above(node, maxFloat32, unaryTerm(node, 'NEG', x)) : above(node, maxFloat32, binaryTerm(node, 'MIN', x, 0)),
      );
  },
};

/** The largest finite float32. */
const maxFloat32 = 3.4028234663852886e38;

function comparison(compare: (node: LoweringNode, left: Term, right: Term) => Term): Lowering {
  return (node) => defineTerm(node, 0, compare(node, term(node, 0), term(node, 1)));
}

function less(node: LoweringNode, left: Term, right: Term): Term {
  return above(node, 0, binaryTerm(node, 'SUB', right, left));
}

/** 1 if two terms are equal, else 0. */
function equal(node: LoweringNode, left: Term, right: Term): Term {
  return unless(node, above(node, 0, unaryTerm(node, 'ABS', binaryTerm(node, 'SUB', left, right))), left, right);
}

/** The negation of a comparison, which is also false for NaN. */
function unless(node: LoweringNode, holds: Term, left: Term, right: Term): Term {
  if (!isFloat(node.input(0).dtype)) return not(node, holds);
  const sizes = [left, right].filter(mayBeNaN).map((x) => unaryTerm(node, 'ABS', x));
  const [first, second] = sizes;
  if (first === undefined) return not(node, holds);
  const size = second === undefined || left === right ? first : binaryTerm(node, 'ADD', first, second);
  return binaryTerm(node, 'SUB', above(node, -minNormal, size), holds);
}

function mayBeNaN(x: Term): boolean {
  if (typeof x === 'number') return Number.isNaN(x);
  return isDynamicTerm(x) || x.constant.toFloat32().some(Number.isNaN);
}

/** 0 for NaN, 1 for every other value, because a magnitude is greater than any negative number. */
function isNumber(node: LoweringNode, x: Term): Term {
  return above(node, -minNormal, unaryTerm(node, 'ABS', x));
}
