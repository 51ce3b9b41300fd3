import type { LoweringFamily } from '../node.ts';
import { binaryTerm, clamp, defineTerm, isDynamicTerm, type Term, term } from './formula.ts';

/** `Clip`. A missing bound is not replaced by ncnn's default, the largest finite number, which would clip infinities. */
export const clipLowerings: LoweringFamily = {
  Clip: (node) => {
    const x = term(node, 0);
    const low = bound(node.optionalInput(1) && term(node, 1), Number.NEGATIVE_INFINITY);
    const high = bound(node.optionalInput(2) && term(node, 2), Number.POSITIVE_INFINITY);
    if (low === undefined && high === undefined) return isDynamicTerm(x) ? node.define(0, x.blob) : node.alias(0, 0);
    if (typeof low === 'number' && typeof high === 'number') return defineTerm(node, 0, clamp(node, low, high, x));
    const raised = low === undefined ? x : binaryTerm(node, 'MAX', x, low);
    defineTerm(node, 0, high === undefined ? raised : binaryTerm(node, 'MIN', raised, high));
  },
};

/** The bound, or `undefined` if it is infinite. */
function bound(term: Term | undefined, none: number): Term | undefined {
  return term === none ? undefined : term;
}
