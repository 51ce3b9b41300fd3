import { elementCount } from '../../ir/dimension.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { elementwise, elementwiseInFirst } from '../rules/elementwise.ts';
import { withSizes } from './sizes.ts';

/** Operators that return their operand unchanged at inference. */
export const identityOperators: OperatorFamily = {
  Identity: {
    elements: 'same',
    ...elementwise,
    infer: (node) => [withSizes({ dtype: node.input(0).dtype, shape: node.input(0).shape }, node, () => undefined)],
    evaluate: (_node, [x]) => (x ? [x] : []),
  },
  Dropout: {
    ...elementwiseInFirst,
    infer: (node) => [
      { dtype: node.input(0).dtype, shape: node.input(0).shape },
      { dtype: 'bool', shape: node.input(0).shape },
    ],
    evaluate: (node, [x]) => {
      checkInference(node);
      return x ? [x, Tensor.of('bool', x.shape, new Uint8Array(elementCount(x.shape)).fill(1))] : [];
    },
  },
};

/** Throws if a `Dropout` drops elements at random, as in training. */
export function checkInference(node: OperatorNode): void {
  const training = node.optionalInput(2);
  if (training === undefined || training.constant?.scalar() === 0) return;
  const ratio = node.optionalInput(1)?.constant?.scalar();
  if (ratio === 0) return;
  throw new OperatorError('unsupported', 'Dropout in training mode is random', 'Export the model for inference (`model.eval()`).');
}
