import { elementCount, type Shape } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { imagewise } from '../rules/samples.ts';

/** Pooling over all spatial axes, which are kept with size 1. */
export const globalPoolOperators: OperatorFamily = {
  GlobalMaxPool: globalPool(() => ({
    start: Number.NEGATIVE_INFINITY,
    add: (best, value) => Math.max(best, value),
    finish: (best) => best,
  })),
  GlobalAveragePool: globalPool(() => ({ start: 0, add: (sum, value) => sum + value, finish: (sum, count) => sum / count })),
  GlobalLpPool: globalPool((node) => {
    const p = node.int('p', 2);
    return { start: 0, add: (sum, value) => sum + Math.abs(value) ** p, finish: (sum) => sum ** (1 / p) };
  }),
};

interface Fold {
  readonly start: number;
  readonly add: (state: number, value: number) => number;
  readonly finish: (state: number, count: number) => number;
}

function globalPool(foldOf: (node: OperatorNode) => Fold): Operator {
  return {
    ...imagewise,
    infer: (node) => {
      const shape = node.shape(0);
      if (shape.length < 2) throw new OperatorError('invalid', `global pooling takes at least 2 axes, not ${shape.length}`);
      return [{ dtype: node.input(0).dtype, shape: pooled(shape) }];
    },
    evaluate: (node, [x]) => {
      const { shape, dtype } = present(x);
      const values = present(x).toFloat64();
      const size = elementCount(shape.slice(2));
      const { start, add, finish } = foldOf(node);
      const result = Float64Array.from({ length: elementCount(shape.slice(0, 2)) }, (_, channel) => {
        let state = start;
        for (let index = channel * size; index < (channel + 1) * size; index++) state = add(state, values[index] ?? 0);
        return finish(state, size);
      });
      return [numericTensor(dtype, pooled(shape).map(Number), result)];
    },
  };
}

function pooled(shape: Shape): Shape {
  return shape.map((size, axis) => (axis < 2 ? size : 1));
}
