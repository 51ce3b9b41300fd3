import { isFloat } from '../../graph/ir/tensor.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { binaryTerm, constantTerm, defineTerm, isDynamicTerm, not, type Term, term, unaryTerm } from './formula.ts';

/** `Where`. */
export const selectLowerings: LoweringFamily = {
  Where: (node) => {
    const condition = term(node, 0);
    const yes = term(node, 1);
    const no = term(node, 2);
    const whole = !isFloat(node.input(1).dtype);
    defineTerm(
      node,
      0,
      chosen(node, condition, { term: yes, finite: whole || allFinite(yes) }, { term: no, finite: whole || allFinite(no) }),
    );
  },
};

interface Branch {
  readonly term: Term;
  /** Whether the branch is never infinite or NaN. */
  readonly finite: boolean;
}

/**
 * Selects a branch by the condition. Finite branches are blended by multiplication. That would produce NaN if the branch not taken is
 * infinite, so otherwise each branch is bounded by an infinity that either passes it through or lets the other branch win. This is exact
 * for everything except NaN.
 */
function chosen(node: LoweringNode, condition: Term, yes: Branch, no: Branch): Term {
  if (yes.finite && no.finite) {
    if (no.term === 0) return binaryTerm(node, 'MUL', condition, yes.term);
    if (yes.term === 0) return binaryTerm(node, 'MUL', not(node, condition), no.term);
    return binaryTerm(node, 'ADD', binaryTerm(node, 'MUL', condition, yes.term), binaryTerm(node, 'MUL', not(node, condition), no.term));
  }
  const bound = bounds(node, condition);
  // If one branch is an infinite constant, the other branch is bounded by it directly.
  if (yes.term === Number.NEGATIVE_INFINITY) return binaryTerm(node, 'MIN', no.term, bound.unlessHolds());
  if (no.term === Number.NEGATIVE_INFINITY) return binaryTerm(node, 'MIN', yes.term, bound.ifHolds());
  if (yes.term === Number.POSITIVE_INFINITY) return binaryTerm(node, 'MAX', no.term, bound.ifHolds());
  if (no.term === Number.POSITIVE_INFINITY) return binaryTerm(node, 'MAX', yes.term, bound.unlessHolds());
  const bounded = binaryTerm(node, 'MIN', yes.term, bound.ifHolds());
  return binaryTerm(node, 'MAX', bounded, binaryTerm(node, 'MIN', no.term, bound.unlessHolds()));
}

/** +infinity where the condition is true (`ifHolds`) or false (`unlessHolds`), and -infinity elsewhere. */
function bounds(node: LoweringNode, condition: Term): { readonly ifHolds: () => Term; readonly unlessHolds: () => Term } {
  if (typeof condition === 'number') {
    const infinite = condition === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return { ifHolds: () => infinite, unlessHolds: () => -infinite };
  }
  if (!isDynamicTerm(condition)) {
    const flags = condition.constant.toFloat32();
    const boundTerm = (sign: number): Term =>
      constantTerm(
        node,
        flags.map((flag) => (flag === 0 ? -sign : sign) * Number.POSITIVE_INFINITY),
        condition.constant.shape,
        `bound ${sign}`,
      );
    return { ifHolds: () => boundTerm(1), unlessHolds: () => boundTerm(-1) };
  }
  const positive = binaryTerm(node, 'MUL', binaryTerm(node, 'SUB', condition, 0.5), Number.POSITIVE_INFINITY);
  return { ifHolds: () => positive, unlessHolds: () => unaryTerm(node, 'NEG', positive) };
}

function allFinite(x: Term): boolean {
  if (typeof x === 'number') return Number.isFinite(x);
  return !isDynamicTerm(x) && x.constant.toFloat32().every(Number.isFinite);
}
