import { multiplyMatrices, transposeMatrix } from '../../../kernels/matmul.ts';
import { broadcastShapes, type Dimension, formatShape, isStatic, sameShape } from '../../ir/dimension.ts';
import type { ValueType } from '../../ir/graph.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { type Operator, OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import type { Tensor } from '../../ir/tensor.ts';
import { operandSize, resultSize } from '../rules/cost.ts';
import { activate } from './activation.ts';

const gemm: Operator = {
  cost: gemmCost,
  channels: 'last',
  batch: (node, [a, b, c]) => {
    if (a !== 0 || b !== undefined || c !== undefined || node.int('transA', 0) !== 0) return undefined;
    const bias = node.optionalInput(2)?.shape;
    return bias === undefined || bias.length < 2 || bias[0] === 1 ? 0 : undefined;
  },
  infer: (node) => {
    const { m, n } = gemmPlan(node);
    return [{ dtype: node.input(0).dtype, shape: [m, n] }];
  },
  evaluate: (node, [a, b, c]) => [result(node, present(a), computeGemm(node, present(a), present(b), c))],
};

/** `Gemm`: `alpha * A * B + beta * C`, and onnxruntime's fusion with an activation. */
export const gemmOperators: OperatorFamily = {
  Gemm: gemm,
  'com.microsoft:FusedGemm': {
    cost: gemmCost,
    infer: gemm.infer,
    evaluate: (node, [a, b, c]) => [result(node, present(a), activate(node, computeGemm(node, present(a), present(b), c)))],
  },
};

function gemmCost(node: OperatorNode, results: readonly ValueType[]): number {
  return resultSize(results) * Number(gemmPlan(node).k) + operandSize(node, 0) + operandSize(node, 1);
}

/** Sizes and factors of a Gemm. A is [m, k] and B is [k, n] after the transpositions. */
export interface GemmPlan {
  readonly m: Dimension;
  readonly k: Dimension;
  readonly n: Dimension;
  readonly transA: boolean;
  readonly transB: boolean;
  readonly alpha: number;
  readonly beta: number;
}

export function gemmPlan(node: OperatorNode): GemmPlan {
  const a = node.shape(0);
  const b = node.shape(1);
  if (a.length !== 2 || b.length !== 2) {
    throw new OperatorError('invalid', `Gemm multiplies matrices, not ${formatShape(a)} and ${formatShape(b)}`);
  }
  const transA = node.int('transA', 0) !== 0;
  const transB = node.int('transB', 0) !== 0;
  const [m = 1, k = 1] = transA ? [a[1], a[0]] : a;
  const [inner = 1, n = 1] = transB ? [b[1], b[0]] : b;
  if (typeof k === 'number' && typeof inner === 'number' && k !== inner) {
    throw new OperatorError('invalid', `[${m},${k}] and [${inner},${n}] cannot be multiplied`);
  }
  const c = node.optionalInput(2)?.shape;
  const full = c === undefined ? [m, n] : broadcastShapes(c, [m, n]);
  if (full === undefined || (isStatic(full) && isStatic([m, n]) && !sameShape(full, [m, n]))) {
    throw new OperatorError('invalid', `C is ${formatShape(c)}, which cannot be broadcast to [${m},${n}]`);
  }
  return { m, k: typeof k === 'number' ? k : inner, n, transA, transB, alpha: node.float('alpha', 1), beta: node.float('beta', 1) };
}

function computeGemm(node: OperatorNode, a: Tensor, b: Tensor, c: Tensor | undefined): Float64Array {
  const { m, k, n, transA, transB, alpha, beta } = gemmPlan(node);
  const sizes = [Number(m), Number(k), Number(n)] as const;
  const [rows, inner, columns] = sizes;
  const left = transA ? transposeMatrix(a.toFloat64(), inner, rows) : a.toFloat64();
  const right = transB ? transposeMatrix(b.toFloat64(), columns, inner) : b.toFloat64();
  const values = new Float64Array(rows * columns);
  multiplyMatrices(left, 0, right, 0, values, 0, sizes);
  const added = c?.toFloat64();
  const [addedRows = 1, addedColumns = 1] = c === undefined ? [] : [1, 1, ...c.shape].slice(-2);
  for (let index = 0; index < values.length; index++) {
    let value = alpha * (values[index] ?? 0);
    if (added !== undefined) {
      const row = addedRows === 1 ? 0 : Math.floor(index / columns);
      const column = addedColumns === 1 ? 0 : index % columns;
      value += beta * (added[row * addedColumns + column] ?? 0);
    }
    values[index] = value;
  }
  return values;
}

function result(node: OperatorNode, a: Tensor, values: Float64Array): Tensor {
  const { m, n } = gemmPlan(node);
  return numericTensor(a.dtype, [Number(m), Number(n)], values);
}
