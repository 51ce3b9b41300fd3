import { checkList } from '../../graph/ir/limits.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { above, binaryTerm, clamp, constantTerm, defineTerm, type Term, term } from '../elementwise/formula.ts';
import type { Lowering, LoweringFamily, LoweringNode } from '../node.ts';
import { reduced } from './reduce.ts';

/** The index of the minimum or maximum along an axis. ncnn's ArgMax has no axis parameter and is not part of the default build. */
export const argLowerings: LoweringFamily = { ArgMax: arg('MAX'), ArgMin: arg('MIN') };

function arg(extreme: 'MAX' | 'MIN'): Lowering {
  return (node) => {
    const shape = node.shape(0);
    const axis = node.axis(node.int('axis', 0), shape.length);
    const last = node.int('select_last_index', 0) !== 0;
    const x = term(node, 0);
    defineTerm(node, 0, shape[axis] === 1 ? clamp(node, 0, 0, x) : argument(node, x, axis, extreme, last));
  };
}

/**
 * The index of the minimum or maximum; the axis is kept with size 1. All other indices are moved beyond the last one (or before the first),
 * and the smallest (or largest) index is the result.
 */
export function argument(node: LoweringNode, x: Term, axis: number, extreme: 'MAX' | 'MIN', last: boolean): Term {
  const size = axisSize(node, axis);
  const best = reduced(node, extreme, x, [axis]);
  const others = above(node, 0, extreme === 'MAX' ? binaryTerm(node, 'SUB', best, x) : binaryTerm(node, 'SUB', x, best));
  const moved = binaryTerm(node, 'ADD', binaryTerm(node, 'MUL', others, last ? -size : size), indices(node, axis));
  return reduced(node, last ? 'MAX' : 'MIN', moved, [axis]);
}

/** Positions are computed as float32 and shifted by up to this number. float32 represents integers exactly up to twice this. */
const maxNumbered = 2 ** 23;

/** 0, 1, 2 … along an axis of the first operand. */
export function indices(node: LoweringNode, axis: number): Term {
  const size = axisSize(node, axis);
  checkList(size, maxNumbered);
  const after = node
    .shape(0)
    .slice(axis + 1)
    .map(() => 1);
  return constantTerm(
    node,
    Float32Array.from({ length: size }, (_, index) => index),
    [size, ...after],
    'indices',
  );
}

function axisSize(node: LoweringNode, axis: number): number {
  const size = node.shape(0)[axis];
  if (typeof size === 'number') return size;
  throw new OperatorError('shape', `the size of axis ${axis} of "${node.input(0).name}" must be known`);
}
