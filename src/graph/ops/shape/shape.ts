import { elementCount, product } from '../../ir/dimension.ts';
import type { OperatorFamily, OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';

/** `Shape` and `Size`: the sizes of an operand, as symbols where they are not known numbers. */
export const shapeOperators: OperatorFamily = {
  Shape: {
    infer: (node) => {
      const { shape } = node.input(0);
      if (shape === undefined) return [{ dtype: 'int64', shape: [node.symbol('rank')] }];
      const elements = shape.slice(...axisRange(node, shape.length));
      return [{ dtype: 'int64', shape: [elements.length], elements }];
    },
    evaluate: (node, [x]) => (x === undefined ? [] : [Tensor.int64(x.shape.slice(...axisRange(node, x.shape.length)))]),
  },
  Size: {
    infer: (node) => {
      const { shape } = node.input(0);
      return [shape === undefined ? { dtype: 'int64', shape: [] } : { dtype: 'int64', shape: [], elements: [product(shape)] }];
    },
    evaluate: (_node, [x]) => (x === undefined ? [] : [Tensor.int64([elementCount(x.shape)], [])]),
  },
};

/** The first axis and the end of the range of axes, clamped. */
function axisRange(node: OperatorNode, rank: number): [number, number] {
  const clamp = (axis: number): number => Math.min(Math.max(axis < 0 ? axis + rank : axis, 0), rank);
  return [clamp(node.int('start', 0)), clamp(node.int('end', rank))];
}
