import { integerOf } from '../../ir/numericTensor.ts';
import type { OperatorFamily } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { elementwiseInFirst } from '../rules/elementwise.ts';
import { mapNumbers } from './map.ts';

/** `Clip` between two optional bounds. */
export const clipOperators: OperatorFamily = {
  Clip: {
    ...elementwiseInFirst,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (_node, [x, low, high]) => (x ? [clip(x, low, high)] : []),
  },
};

function clip(x: Tensor, low: Tensor | undefined, high: Tensor | undefined): Tensor {
  const min = low?.values()[0];
  const max = high?.values()[0];
  return mapNumbers(
    x,
    // The upper bound wins if it is below the lower one.
    (value) => {
      const raised = min !== undefined && value < Number(min) ? Number(min) : value;
      return max !== undefined && raised > Number(max) ? Number(max) : raised;
    },
    (value) => {
      const raised = min !== undefined && value < integerOf(min) ? integerOf(min) : value;
      return max !== undefined && raised > integerOf(max) ? integerOf(max) : raised;
    },
  );
}
