import type { OperatorFamily, OperatorNode } from '../../ir/operator.ts';
import { Tensor } from '../../ir/tensor.ts';
import { elementwise, elementwiseInFirst } from '../rules/elementwise.ts';
import { mapNumbers } from './map.ts';

/** `Clip` between two optional bounds, and the questions whether elements are NaN or infinite. */
export const clipOperators: OperatorFamily = {
  Clip: {
    ...elementwiseInFirst,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (_node, [x, low, high]) => (x ? [clip(x, low, high)] : []),
  },
  IsNaN: {
    ...elementwise,
    infer: (node) => [{ dtype: 'bool', shape: node.input(0).shape }],
    evaluate: (_node, [x]) => (x ? [flags(x, Number.isNaN)] : []),
  },
  IsInf: {
    ...elementwise,
    infer: (node) => [{ dtype: 'bool', shape: node.input(0).shape }],
    evaluate: (node, [x]) => (x ? [flags(x, infinite(node))] : []),
  },
};

function clip(x: Tensor, low: Tensor | undefined, high: Tensor | undefined): Tensor {
  const least = low?.values()[0];
  const most = high?.values()[0];
  return mapNumbers(
    x,
    // The upper bound wins where the lower one is above it.
    (value) => {
      const raised = least !== undefined && value < Number(least) ? Number(least) : value;
      return most !== undefined && raised > Number(most) ? Number(most) : raised;
    },
    (value) => {
      const raised = least !== undefined && value < BigInt(least) ? BigInt(least) : value;
      return most !== undefined && raised > BigInt(most) ? BigInt(most) : raised;
    },
  );
}

function infinite(node: OperatorNode): (value: number) => boolean {
  const positive = node.int('detect_positive', 1) !== 0;
  const negative = node.int('detect_negative', 1) !== 0;
  return (value) => (positive && value === Infinity) || (negative && value === -Infinity);
}

function flags(x: Tensor, holds: (value: number) => boolean): Tensor {
  return Tensor.of(
    'bool',
    x.shape,
    Uint8Array.from(x.toFloat64(), (value) => Number(holds(value))),
  );
}
