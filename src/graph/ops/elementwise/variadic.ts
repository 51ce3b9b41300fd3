import { largerInteger, smallerInteger } from '../../../kernels/integers.ts';
import type { Operator, OperatorFamily } from '../../ir/operator.ts';
import { isFloat, type Tensor } from '../../ir/tensor.ts';
import { elementwise } from '../rules/elementwise.ts';
import { broadcastOperands, combine, type Pairwise } from './broadcast.ts';
import { mapNumbers } from './map.ts';
import { largerSize, smallerSize, withSizes } from './sizes.ts';

const add: Pairwise = { number: (a, b) => a + b };
const larger: Pairwise = { number: Math.max, integer: largerInteger };
const smaller: Pairwise = { number: Math.min, integer: smallerInteger };

/** Functions of any number of operands with numpy broadcasting. The result is NaN if any operand is NaN. */
export const variadicOperators: OperatorFamily = {
  Max: variadic(larger, largerSize),
  Min: variadic(smaller, smallerSize),
  Sum: variadic(add),
  Mean: {
    ...elementwise,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: broadcastOperands(node) }],
    evaluate: (_node, inputs) => {
      const operands = inputs.filter((input) => input !== undefined);
      return [mapNumbers(fold(operands, add), (value) => value / operands.length)];
    },
  },
};

function variadic(pairwise: Pairwise, sizes?: Parameters<typeof withSizes>[2]): Operator {
  return {
    ...elementwise,
    infer: (node) => {
      const type = { dtype: node.input(0).dtype, shape: broadcastOperands(node) };
      return [sizes === undefined || isFloat(type.dtype) ? type : withSizes(type, node, sizes)];
    },
    evaluate: (_node, inputs) => [
      fold(
        inputs.filter((input) => input !== undefined),
        pairwise,
      ),
    ],
  };
}

function fold(operands: readonly Tensor[], pairwise: Pairwise): Tensor {
  return operands.reduce((left, right) => combine(left, right, left.dtype, pairwise));
}
