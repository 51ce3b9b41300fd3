import type { Dimension } from '../../ir/dimension.ts';
import type { OperatorFamily, OperatorNode } from '../../ir/operator.ts';
import { selectAlong, unravel } from '../movement/selection.ts';

/** `OneHot`: adds an axis on which the entry at an index differs from the others. */
export const oneHotOperators: OperatorFamily = {
  OneHot: {
    infer: (node) => {
      const { shape } = node.input(0);
      const { dtype } = node.input(2);
      if (shape === undefined) return [{ dtype, shape }];
      const depth: Dimension = node.dimensions(1)?.[0] ?? node.symbol('depth');
      const axis = oneHotAxis(node, shape.length);
      return [{ dtype, shape: [...shape.slice(0, axis), depth, ...shape.slice(axis)] }];
    },
    evaluate: (node, [indices, depth, values]) => {
      if (indices === undefined || depth === undefined || values === undefined) return [];
      const count = Math.trunc(depth.scalar());
      const axis = oneHotAxis(node, indices.shape.length);
      const shape = [...indices.shape.slice(0, axis), count, ...indices.shape.slice(axis)];
      const inner = indices.shape.slice(axis).reduce((size, extent) => size * extent, 1);
      const entries = indices.toIntegers();
      const sources = Array.from({ length: entries.length * count }, (_, index) => {
        const [outer = 0, at = 0, within = 0] = unravel(index, [entries.length / Math.max(inner, 1), count, inner]);
        const entry = entries[outer * inner + within] ?? 0;
        return (entry < 0 ? entry + count : entry) === at ? 1 : 0;
      });
      return [selectAlong(values, shape, sources)];
    },
  },
};

/** The position of the new axis: last by default. */
export function oneHotAxis(node: OperatorNode, rank: number): number {
  return node.axis(node.int('axis', -1), rank + 1);
}
