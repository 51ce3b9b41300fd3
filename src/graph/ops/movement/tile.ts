import { broadcastShapes, type Dimension, isStatic, product } from '../../ir/dimension.ts';
import type { LayoutChange, Order } from '../../ir/layoutRule.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { batchBesideAxes } from '../rules/axes.ts';
import { axesOf, layoutOfFirst } from '../rules/frame.ts';
import { selectAxes, sliceRange } from './selection.ts';

/** `Tile` and `Expand`: repeat entries along axes. */
export const tileOperators: OperatorFamily = {
  Tile: {
    batch: batchBesideAxes((node) => (node.constantIntegers(1) ?? []).flatMap((count, axis) => (count === 1 ? [] : [axis]))),
    layout: (node, { length: rank }) => {
      const repeats = node.constant(1)?.toIntegers();
      if (repeats === undefined) return undefined;
      return layoutOfFirst(node, rank, (order) => ({ constants: new Map([[1, Tensor.int64(order.map((axis) => repeats[axis] ?? 1))]]) }));
    },
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      const repeats = node.dimensions(1);
      if (shape === undefined) return [{ dtype, shape }];
      if (repeats !== undefined && repeats.length !== shape.length) {
        throw new OperatorError('invalid', `expected ${shape.length} repeats, got ${repeats.length}`);
      }
      return [{ dtype, shape: shape.map((size, axis): Dimension => (repeats ? product([size, repeats[axis] ?? 1]) : node.symbol(axis))) }];
    },
    evaluate: (_node, [x, repeats]) => {
      if (x === undefined || repeats === undefined) return [];
      const times = repeats.toIntegers();
      return [
        selectAxes(
          x,
          x.shape.map((size, axis) => sliceRange(size * (times[axis] ?? 1)).map((index) => index % size)),
        ),
      ];
    },
  },
  Expand: {
    shapeInput: 1,
    batch: (node, [batch], result) =>
      batch === undefined || result === undefined ? undefined : batch + result.length - node.shape(0).length,
    layout: (node, result) => {
      const { length: own } = node.shape(0);
      const { length: rank } = result;
      if (!isStatic(result)) return undefined;
      const change = (order: Order): LayoutChange => ({ constants: new Map([[1, Tensor.int64(order.map((axis) => result[axis] ?? 1))]]) });
      return { ...layoutOfFirst(node, rank, change), inputs: [axesOf(own).map((axis) => axis + rank - own)], broadcasts: true };
    },
    infer: (node) => {
      const { dtype, shape, elements } = node.input(0);
      const target = node.dimensions(1);
      if (shape === undefined) return [{ dtype, shape }];
      if (target === undefined) return [{ dtype, shape: expandedUnknown(node, shape) }];
      const expanded = broadcastShapes(shape, target);
      if (expanded === undefined) throw new OperatorError('invalid', `[${shape.join(',')}] does not expand to [${target.join(',')}]`);
      const [count] = expanded;
      const [first] = elements ?? [];
      if (first === undefined || elements?.length !== 1 || expanded.length !== 1 || typeof count !== 'number') {
        return [{ dtype, shape: expanded }];
      }
      return [{ dtype, shape: expanded, elements: Array.from({ length: count }, () => first) }];
    },
    evaluate: (_node, [x, target]) => {
      if (x === undefined || target === undefined) return [];
      const shape = broadcastShapes(x.shape, target.toIntegers()) ?? [];
      const aligned = x.reshape([...sliceRange(shape.length - x.shape.length).map(() => 1), ...x.shape]);
      return [
        selectAxes(
          aligned,
          shape.map((size, axis) => sliceRange(Number(size)).map((index) => (aligned.shape[axis] === 1 ? 0 : index))),
        ),
      ];
    },
  },
};

function expandedUnknown(node: OperatorNode, shape: readonly Dimension[]): readonly Dimension[] | undefined {
  const length = node.input(1).shape?.[0];
  if (typeof length !== 'number') return undefined;
  const rank = Math.max(length, shape.length);
  return sliceRange(rank).map((axis) => {
    const size = shape[axis - rank + shape.length] ?? 1;
    return size === 1 ? node.symbol(axis) : size;
  });
}
