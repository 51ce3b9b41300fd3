import { type Dimension, type Shape, sum } from '../../ir/dimension.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { alongAxis } from '../rules/axes.ts';
import { selectAxes, sliceRange } from './selection.ts';

/** `Split`: splits a tensor along an axis. */
export const splitOperators: OperatorFamily = {
  Split: {
    elements: 'moved',
    ...alongAxis(0),
    infer: (node) => {
      const { dtype, shape } = node.input(0);
      if (shape === undefined) return node.node.outputs.map(() => ({ dtype, shape: undefined }));
      const axis = node.axis(node.int('axis', 0), shape.length);
      const sizes = splitSizes(node, shape);
      const elements = shape.length === 1 ? node.dimensions(0) : undefined;
      let start = 0;
      return sizes.map((size) => {
        const part = shape.map((other, index) => (index === axis ? size : other));
        if (elements === undefined || typeof size !== 'number') return { dtype, shape: part };
        start += size;
        return { dtype, shape: part, elements: elements.slice(start - size, start) };
      });
    },
    evaluate: (node, [x]) => {
      if (x === undefined) return [];
      const axis = node.axis(node.int('axis', 0), x.shape.length);
      let start = 0;
      return splitSizes(node, x.shape).map((size) => {
        const count = Number(size);
        start += count;
        return selectAxes(
          x,
          x.shape.map((other, index) => (index === axis ? sliceRange(count, start - count) : sliceRange(other))),
        );
      });
    },
  },
};

/** The sizes of the parts along the axis: specified, or equal with a smaller last part. */
export function splitSizes(node: OperatorNode, shape: Shape): readonly Dimension[] {
  const axis = node.axis(node.int('axis', 0), shape.length);
  const size = shape[axis] ?? 1;
  if (node.optionalInput(1) !== undefined) {
    const sizes = node.dimensions(1);
    if (sizes === undefined) return node.node.outputs.map((_, index) => node.symbol(index));
    const total = sum(sizes);
    if (typeof size === 'number' && typeof total === 'number' && size !== total) {
      throw new OperatorError('invalid', `parts of [${sizes.join(',')}] do not make up an axis of ${size}`);
    }
    return sizes;
  }
  const count = node.int('num_outputs', node.outputCount);
  if (count !== node.outputCount) {
    throw new OperatorError('invalid', `num_outputs is ${count}, but the node has ${node.outputCount} outputs`);
  }
  if (typeof size === 'string') {
    return Array.from({ length: count }, (_, index) => (count === 1 ? size : node.symbol(index)));
  }
  const chunk = Math.ceil(size / count);
  return Array.from({ length: count }, (_, index) => Math.max(0, Math.min(chunk, size - index * chunk)));
}
