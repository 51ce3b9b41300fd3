import { multiplyMatrices } from '../../../kernels/matmul.ts';
import type { BatchRule } from '../../ir/batchRule.ts';
import { broadcastShapes, type Dimension, elementCount, formatShape, isStatic, type Shape } from '../../ir/dimension.ts';
import { numericTensor, present } from '../../ir/numericTensor.ts';
import { OperatorError, type OperatorFamily, type OperatorNode } from '../../ir/operator.ts';
import { type DataType, Tensor } from '../../ir/tensor.ts';
import { productCost, resultSize } from '../rules/cost.ts';

/** The batch axis is before the matrix axes, or the rows of the left operand if the right operand is the same for all samples. */
const matmulBatch: BatchRule = (node, [left, right]) => {
  const a = node.input(0).shape;
  const b = node.input(1).shape;
  if (a === undefined || b === undefined || a.length < 2 || b.length < 2) return undefined;
  const rank = Math.max(a.length, b.length);
  const rows = rank - 2;
  const alignedLeft = left === undefined ? undefined : left + rank - a.length;
  const alignedRight = right === undefined ? undefined : right + rank - b.length;
  if (alignedLeft !== undefined && alignedRight !== undefined)
    return alignedLeft === alignedRight && alignedLeft < rows ? alignedLeft : undefined;
  const batch = alignedLeft ?? alignedRight;
  if (batch === undefined) return undefined;
  if (batch === rows) return alignedLeft === undefined ? undefined : batch;
  const other = alignedLeft === undefined ? a : b;
  const own = batch - rank + other.length;
  return batch < rows && (own < 0 || other[own] === 1) ? batch : undefined;
};

/** `MatMul` with numpy's rules, and onnxruntime's variant with transpositions and a factor. */
export const matmulOperators: OperatorFamily = {
  MatMul: {
    channels: 'last',
    cost: productCost,
    batch: matmulBatch,
    infer: (node) => [{ dtype: node.input(0).dtype, shape: matmulPlan(node.shape(0), node.shape(1)).output }],
    evaluate: (_node, [a, b]) => [matmul(present(a), present(b), present(a).dtype)],
  },
  'com.microsoft:FusedMatMul': {
    cost: (node, results) => resultSize(results) * Number(matmulPlan(...fusedShapes(node)).k),
    infer: (node) => {
      const [a, b] = fusedShapes(node);
      return [{ dtype: node.input(0).dtype, shape: matmulPlan(a, b).output }];
    },
    evaluate: (node, [a, b]) => {
      fusedShapes(node);
      const left = node.int('transA', 0) ? swapLastAxes(present(a)) : present(a);
      const right = node.int('transB', 0) ? swapLastAxes(present(b)) : present(b);
      const { dtype, shape, ...product } = floatProduct(left, right);
      const alpha = node.float('alpha', 1);
      return [
        numericTensor(
          dtype,
          shape,
          product.values.map((value) => value * alpha),
        ),
      ];
    },
  },
};

/** The sizes of a matrix product. */
export interface MatmulPlan {
  /** Axes before the matrix axes, for each operand. */
  readonly batchA: Shape;
  readonly batchB: Shape;
  /** The broadcast shape of both. */
  readonly batch: Shape;
  readonly m: Dimension;
  readonly k: Dimension;
  readonly n: Dimension;
  readonly output: Shape;
}

/** The sizes of `a @ b`. An operand with one axis is a row on the left and a column on the right. */
export function matmulPlan(a: Shape, b: Shape): MatmulPlan {
  const misfit = (): OperatorError => new OperatorError('invalid', `${formatShape(a)} and ${formatShape(b)} cannot be multiplied`);
  if (a.length === 0 || b.length === 0) throw misfit();
  const [m = 1, k = 1] = a.length === 1 ? [1, a[0]] : a.slice(-2);
  const [inner = 1, n = 1] = b.length === 1 ? [b[0], 1] : b.slice(-2);
  if (typeof k === 'number' && typeof inner === 'number' && k !== inner) throw misfit();
  const batchA = a.slice(0, -2);
  const batchB = b.slice(0, -2);
  const batch = broadcastShapes(batchA, batchB);
  if (batch === undefined) throw misfit();
  const output = [...batch, ...(a.length === 1 ? [] : [m]), ...(b.length === 1 ? [] : [n])];
  return { batchA, batchB, batch, m, k: typeof k === 'number' ? k : inner, n, output };
}

/** The operand shapes of a FusedMatMul after transposition. Throws for batch transpositions, which no exporter writes. */
export function fusedShapes(node: OperatorNode): readonly [Shape, Shape] {
  if (node.int('transBatchA', 0) || node.int('transBatchB', 0)) {
    throw new OperatorError(
      'unsupported',
      'transBatchA and transBatchB are not supported',
      'Export the model before onnxruntime optimizes it.',
    );
  }
  const swap = (shape: Shape): Shape => (shape.length < 2 ? shape : [...shape.slice(0, -2), ...shape.slice(-2).reverse()]);
  const a = node.shape(0);
  const b = node.shape(1);
  return [node.int('transA', 0) ? swap(a) : a, node.int('transB', 0) ? swap(b) : b];
}

/** A matrix product in the given element type. Products of 64-bit integers are exact and wrap. */
function matmul(a: Tensor, b: Tensor, dtype: DataType): Tensor {
  const left = a.values();
  const right = b.values();
  if (left instanceof BigInt64Array && right instanceof BigInt64Array) return bigProduct(a, b, left, right);
  if (left instanceof BigUint64Array && right instanceof BigUint64Array) return bigProduct(a, b, left, right);
  const { shape, values } = floatProduct(a, b);
  return numericTensor(dtype, shape, values);
}

/** The product in float64, exact for integers of up to 32 bits unless a sum exceeds 2^53. */
export function floatProduct(a: Tensor, b: Tensor): { dtype: DataType; shape: readonly number[]; values: Float64Array } {
  const left = a.toFloat64();
  const right = b.toFloat64();
  const { sizes, output, pairs } = staticPlan(a.shape, b.shape);
  const [m, k, n] = sizes;
  const values = new Float64Array(elementCount(output));
  pairs.forEach(([indexA, indexB], index) => {
    multiplyMatrices(left, indexA * m * k, right, indexB * k * n, values, index * m * n, sizes);
  });
  return { dtype: a.dtype, shape: output, values };
}

function bigProduct(a: Tensor, b: Tensor, left: BigInt64Array | BigUint64Array, right: BigInt64Array | BigUint64Array): Tensor {
  const { sizes, output, pairs } = staticPlan(a.shape, b.shape);
  const [m, k, n] = sizes;
  const values = left instanceof BigInt64Array ? new BigInt64Array(elementCount(output)) : new BigUint64Array(elementCount(output));
  pairs.forEach(([indexA, indexB], index) => {
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < n; column++) {
        let sum = 0n;
        for (let inner = 0; inner < k; inner++) {
          sum += (left[(indexA * m + row) * k + inner] ?? 0n) * (right[(indexB * k + inner) * n + column] ?? 0n);
        }
        values[(index * m + row) * n + column] = sum;
      }
    }
  });
  return Tensor.of(a.dtype, output, values);
}

interface StaticPlan {
  readonly sizes: readonly [m: number, k: number, n: number];
  readonly output: readonly number[];
  /** For each matrix of the result, the indices of the matrices that are multiplied. */
  readonly pairs: readonly (readonly [number, number])[];
}

function staticPlan(a: readonly number[], b: readonly number[]): StaticPlan {
  const { batchA, batchB, batch, m, k, n, output } = matmulPlan(a, b);
  if (!isStatic(batchA) || !isStatic(batchB) || !isStatic(batch) || !isStatic(output))
    throw new OperatorError('shape', 'the sizes of the operands are unknown');
  const count = elementCount(batch);
  const pairs = Array.from(
    { length: count },
    (_, index) => [broadcastIndex(batch, batchA, index), broadcastIndex(batch, batchB, index)] as const,
  );
  return { sizes: [Number(m), Number(k), Number(n)], output, pairs };
}

/** Row-major index in `own` of the element that is broadcast to `index` in `full`. */
function broadcastIndex(full: readonly number[], own: readonly number[], index: number): number {
  let remaining = index;
  let result = 0;
  let step = 1;
  for (let axis = full.length - 1; axis >= 0; axis--) {
    const size = full[axis] ?? 1;
    const ownSize = own[axis - full.length + own.length] ?? 1;
    if (ownSize !== 1) result += (remaining % size) * step;
    remaining = Math.floor(remaining / size);
    step *= ownSize;
  }
  return result;
}

function swapLastAxes(x: Tensor): Tensor {
  if (x.shape.length < 2) return x;
  const [rows = 1, columns = 1] = x.shape.slice(-2);
  const source = x.toFloat64();
  const values = new Float64Array(source.length);
  for (let index = 0; index < values.length; index++) {
    const matrix = Math.floor(index / (rows * columns)) * rows * columns;
    const within = index - matrix;
    values[matrix + (within % columns) * rows + Math.floor(within / columns)] = source[index] ?? 0;
  }
  return numericTensor(x.dtype, [...x.shape.slice(0, -2), columns, rows], values);
}
