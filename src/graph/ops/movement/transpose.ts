import type { OperatorFamily } from '../../ir/operator.ts';
import { OperatorError, type OperatorNode } from '../../ir/operator.ts';
import { selectAlong, strides } from './selection.ts';

/** `Transpose`: permutes axes. */
export const transposeOperators: OperatorFamily = {
  Transpose: {
    elements: 'moved',
    batch: (node, [batch]) => (batch === undefined ? undefined : transposeOrder(node, node.shape(0).length).indexOf(batch)),
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined) return [{ dtype, shape }];
      const order = transposeOrder(node, shape.length);
      return [{ dtype, shape: order.map((axis) => shape[axis] ?? 1) }];
    },
    evaluate: (node, [x]) => {
      if (x === undefined) return [];
      const order = transposeOrder(node, x.shape.length);
      const steps = strides(x.shape);
      const shape = order.map((axis) => x.shape[axis] ?? 1);
      let sources = new Int32Array(1);
      for (const axis of order) {
        const size = x.shape[axis] ?? 1;
        const step = steps[axis] ?? 1;
        const next = new Int32Array(sources.length * size);
        let position = 0;
        for (const base of sources) for (let index = 0; index < size; index++) next[position++] = base + index * step;
        sources = next;
      }
      return [selectAlong(x, shape, sources)];
    },
  },
};

/** The permutation, `order[i]` being the operand axis of result axis `i`; reversed axes by default. */
export function transposeOrder(node: OperatorNode, rank: number): readonly number[] {
  const order = node.ints('perm', undefined);
  if (order === undefined) return Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  if (order.length !== rank || new Set(order).size !== rank || order.some((axis) => axis < 0 || axis >= rank)) {
    throw new OperatorError('invalid', `[${order.join(',')}] is not a permutation of ${rank} axes`);
  }
  return order;
}
