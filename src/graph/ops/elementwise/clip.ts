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
  const least = low?.values()[0];
  const most = high?.values()[0];
  return mapNumbers(
    x,
    // The upper bound wins if it is below the lower one.
    (value) => {
      const raised = least !== undefined && value < Number(least) ? Number(least) : value;
      return most !== undefined && raised > Number(most) ? Number(most) : raised;
    },
    (value) => {
      const raised = least !== undefined && value < integerOf(least) ? integerOf(least) : value;
      return most !== undefined && raised > integerOf(most) ? integerOf(most) : raised;
    },
  );
}
