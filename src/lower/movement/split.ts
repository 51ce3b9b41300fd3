import { isStatic, type Shape } from '../../graph/ir/dimension.ts';
import { splitSizes } from '../../graph/ops/movement/split.ts';
import type { LoweringFamily } from '../node.ts';
import { operandBlob } from './grouping.ts';
import { dynamicAxisError, slicedBlob } from './take.ts';

/** `Split` becomes Slice. */
export const splitLowerings: LoweringFamily = {
  Split: (node) => {
    const source = operandBlob(node, 0);
    const axis = node.axis(node.int('axis', 0), source.shape.length);
    // Dynamic sizes are taken from the declared shapes of the results.
    const sizes: Shape = splitSizes(node, source.shape).map((size, index) =>
      typeof size === 'string' ? (node.outputShape(index)[axis] ?? size) : size,
    );
    if (!isStatic(sizes)) throw dynamicAxisError(axis);
    const real = sizes.filter((size) => size > 0);
    const parts = real.length === 1 ? [source] : [...slicedBlob(node, source, axis, real)];
    sizes.forEach((size, index) => {
      const part = size > 0 ? parts.shift() : undefined;
      if (part !== undefined) node.define(index, part.blob);
    });
  },
};
