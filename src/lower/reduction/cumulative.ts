import { axisOperand } from '../../graph/ops/reduction/lanes.ts';
import { clamp, defineTerm, dynamicTerm, term } from '../elementwise/formula.ts';
import type { TensorBlob } from '../movement/grouping.ts';
import { padded } from '../movement/pad.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { axisView } from './reduce.ts';

/** Cumulative sums. ncnn has no cumulative products. */
export const cumulativeLowerings: LoweringFamily = {
  CumSum: (node) => {
    const x = dynamicTerm(node, term(node, 0));
    const { shape } = x;
    const axis = axisOperand(node, node.input(1), shape.length);
    const exclusive = node.int('exclusive', 0) !== 0;
    const reverse = node.int('reverse', 0) !== 0;
    if (shape[axis] === 1) return defineTerm(node, 0, exclusive ? clamp(node, 0, 0, x) : x);
    const ordered = reverse ? flipped(node, x, axis) : x;
    // Exclusive sums omit the element itself, so everything is shifted by one position.
    const moved = exclusive
      ? padded(
          node,
          ordered,
          shape.map((_, index) => ({ before: index === axis ? 1 : 0, after: index === axis ? -1 : 0 })),
          'constant',
          0,
        )
      : ordered;
    const { blob, at } = axisView(node, moved, axis);
    const sums = { blob: node.layer('CumulativeSum', [blob], { axis: at }, blob.shape), shape };
    defineTerm(node, 0, reverse ? flipped(node, sums, axis) : sums);
  },
};

/** Flips a tensor along an axis. */
function flipped(node: LoweringNode, x: TensorBlob, axis: number): TensorBlob {
  const { blob, at } = axisView(node, x, axis);
  return { blob: node.layer('Flip', [blob], { axes: [at] }, blob.shape), shape: x.shape };
}
