import type { Operator, OperatorFamily } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import type { Element } from '../elementwise/broadcast.ts';
import { batchAxisBehindReduction, changeOfAxis, layoutOfReduction } from '../rules/axes.ts';
import { layoutOfFirst } from '../rules/frame.ts';
import { lanes, reducedShape } from './lanes.ts';

/** The index of the largest or smallest element along an axis. */
export const argOperators: OperatorFamily = {
  ArgMax: arg((candidate, best) => candidate > best),
  ArgMin: arg((candidate, best) => candidate < best),
};

function arg(better: (candidate: Element, best: Element) => boolean): Operator {
  return {
    batch: (node, [batch]) => {
      const axis = node.axis(node.int('axis', 0), node.shape(0).length);
      return batchAxisBehindReduction(batch, [axis], node.int('keepdims', 1) !== 0);
    },
    layout: (node) => {
      const { length: rank } = node.shape(0);
      const axis = node.axis(node.int('axis', 0), rank);
      const rule = layoutOfFirst(node, rank, changeOfAxis(axis));
      return layoutOfReduction(rule, [axis], node.int('keepdims', 1) !== 0);
    },
    infer: (node) => {
      const { shape } = node.input(0);
      if (shape === undefined) return [{ dtype: 'int64', shape }];
      const axis = node.axis(node.int('axis', 0), shape.length);
      return [{ dtype: 'int64', shape: reducedShape(shape, [axis], node.int('keepdims', 1) !== 0) }];
    },
    evaluate: (node, [x]) => {
      if (x === undefined) return [];
      const axis = node.axis(node.int('axis', 0), x.shape.length);
      const last = node.int('select_last_index', 0) !== 0;
      const { count, length, at } = lanes(x.shape, [axis]);
      const values = x.values();
      const found = new BigInt64Array(count);
      for (let lane = 0; lane < count; lane++) {
        let best = 0;
        for (let element = 1; element < length; element++) {
          const candidate = values[at(lane, element)] ?? 0;
          const current = values[at(lane, best)] ?? 0;
          if (better(candidate, current) || (last && candidate === current)) best = element;
        }
        found[lane] = BigInt(best);
      }
      return [Tensor.of('int64', reducedShape(x.shape, [axis], node.int('keepdims', 1) !== 0).map(Number), found)];
    },
  };
}
