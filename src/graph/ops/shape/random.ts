import type { Shape } from '../../ir/dimension.ts';
import type { Operator, OperatorFamily, OperatorNode } from '../../ir/operator.ts';
import type { DataType } from '../../ir/tensor.ts';
import { elementType } from './elementType.ts';

/** Random numbers: only type and shape are known, because the values are not deterministic. */
export const randomOperators: OperatorFamily = {
  RandomNormal: random((node) => node.ints('shape'), 'float32'),
  RandomUniform: random((node) => node.ints('shape'), 'float32'),
  RandomNormalLike: random((node) => node.input(0).shape),
  RandomUniformLike: random((node) => node.input(0).shape),
  Bernoulli: random((node) => node.input(0).shape),
  Multinomial: random((node) => [node.input(0).shape?.[0] ?? node.symbol(0), node.int('sample_size', 1)], 'int32'),
};

/** The type is that of the `dtype` attribute, otherwise `fallback`, otherwise that of the operand. */
function random(shapeOf: (node: OperatorNode) => Shape | undefined, fallback?: DataType): Operator {
  return {
    infer: (node) => [{ dtype: elementType(node, 'dtype') ?? fallback ?? node.input(0).dtype, shape: shapeOf(node) }],
  };
}
