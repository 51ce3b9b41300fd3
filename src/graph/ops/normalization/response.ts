import { localResponse, normalizeAlongAxis, rowMoments } from '../../../kernels/normalization.ts';
import { elementCount } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { alongAxis } from '../rules/axes.ts';
import { axisSize, resultSize } from '../rules/cost.ts';
import { imagewise } from '../rules/samples.ts';

/** Normalizations without weights. */
export const responseOperators: OperatorFamily = {
  LRN: {
    ...imagewise,
    cost: (node, results) => resultSize(results) * Math.min(node.int('size'), axisSize(node, 0, 1)),
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [input]) => {
      const x = present(input);
      const result = localResponse(x.toFloat64(), x.shape[1] ?? 1, elementCount(x.shape.slice(2)), localResponseSettings(node));
      return [numericTensor(x.dtype, x.shape, result)];
    },
  },
  MeanVarianceNormalization: {
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [input]) => {
      const x = present(input);
      const values = x.toFloat64();
      const axes = meanVarianceAxes(node, x.shape.length);
      const rowOf = rowNumbers(x.shape, axes);
      const rows = new Map<number, number[]>();
      values.forEach((value, index) => {
        const row = rows.get(rowOf(index)) ?? [];
        row.push(value);
        rows.set(rowOf(index), row);
      });
      const moments = new Map(
        [...rows].map(([row, elements]) => {
          const { mean, variance } = rowMoments(elements, elements.length);
          return [row, { mean: mean[0] ?? 0, divisor: Math.sqrt(variance[0] ?? 0) + meanVarianceEpsilon }];
        }),
      );
      const result = values.map((value, index) => {
        const { mean, divisor } = moments.get(rowOf(index)) ?? { mean: 0, divisor: 1 };
        return (value - mean) / divisor;
      });
      return [numericTensor(x.dtype, x.shape, result)];
    },
  },
  LpNormalization: {
    ...alongAxis(-1),
    infer: (node) => [{ dtype: node.input(0).dtype, shape: node.input(0).shape }],
    evaluate: (node, [input]) => {
      const x = present(input);
      const axis = node.axis(node.int('axis', -1), x.shape.length);
      const result = normalizeAlongAxis(x.toFloat64(), x.shape[axis] ?? 1, elementCount(x.shape.slice(axis + 1)), normOrder(node));
      return [numericTensor(x.dtype, x.shape, result)];
    },
  },
};

/** Added to the standard deviation, as in the specification. */
export const meanVarianceEpsilon = 1e-9;

/** Axes of MeanVarianceNormalization, ascending. */
export function meanVarianceAxes(node: OperatorNode, rank: number): readonly number[] {
  const axes = node.ints('axes', [0, 2, 3]).map((axis) => node.axis(axis, rank));
  return [...new Set(axes)].sort((left, right) => left - right);
}

export function localResponseSettings(node: OperatorNode): {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
} {
  const size = node.int('size');
  if (size < 1) throw new OperatorError('invalid', `the size of the window is ${size}, expected 1 or more`);
  return { size, alpha: node.float('alpha', 1e-4), beta: node.float('beta', 0.75), bias: node.float('bias', 1) };
}

export function normOrder(node: OperatorNode): 1 | 2 {
  const p = node.int('p', 2);
  if (p !== 1 && p !== 2) throw new OperatorError('invalid', `a norm of order ${p} is not defined`);
  return p;
}

/** The index of the row of an element, where a row contains the elements that differ only along the given axes. */
function rowNumbers(shape: readonly number[], axes: readonly number[]): (index: number) => number {
  return (index) => {
    let remaining = index;
    let row = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      if (!axes.includes(axis)) {
        row += (remaining % size) * stride;
        stride *= size;
      }
      remaining = Math.floor(remaining / size);
    }
    return row;
  };
}
