import { above, binaryTerm, clamp, defineTerm, not, type Term, term, unaryTerm } from '../elementwise/formula.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { argument, indices } from './arg.ts';
import { axisView, reduced } from './reduce.ts';

/** Softmax functions along one axis. */
export const softmaxLowerings: LoweringFamily = {
  Softmax: alongAxis((node, axis) => {
    const { blob, at } = axisView(node, term(node, 0), axis);
    node.define(0, node.layer('Softmax', [blob], { axis: at, fixbug0: 1 }, blob.shape));
  }, 1),
  // The logarithm of a Softmax would lose small probabilities.
  LogSoftmax: alongAxis((node, axis) => {
    const x = term(node, 0);
    const shifted = binaryTerm(node, 'SUB', x, reduced(node, 'MAX', x, [axis]));
    defineTerm(node, 0, binaryTerm(node, 'SUB', shifted, reduced(node, 'LogSumExp', shifted, [axis])));
  }, 0),
  Hardmax: alongAxis((node, axis) => {
    const found: Term = argument(node, term(node, 0), axis, 'MAX', false);
    const distance = unaryTerm(node, 'ABS', binaryTerm(node, 'SUB', found, indices(node, axis)));
    defineTerm(node, 0, not(node, above(node, 0, distance)));
  }, 1),
};

/** `single` is the result for an axis of one element. */
function alongAxis(lower: (node: LoweringNode, axis: number) => void, single: number): Lowering {
  return (node) => {
    const shape = node.shape(0);
    const axis = node.axis(node.int('axis', -1), shape.length);
    if (shape[axis] === 1) defineTerm(node, 0, clamp(node, single, single, term(node, 0)));
    else lower(node, axis);
  };
}
