import { type Dimension, product } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import { type GemmPlan, gemmPlan } from '../../graph/ops/linear/gemm.ts';
import type { BlobShape } from '../../net/net.ts';
import type { Weight } from '../../net/weight.ts';
import { type DraftBlob, weightOfTensor } from '../builder.ts';
import type { LoweringFamily, LoweringNode } from '../node.ts';
import { applyActivation } from './convolution.ts';
import { biasWeight, innerProduct, matrixWeight, rowsOf } from './matrix.ts';

/** Gemm with a constant right operand becomes InnerProduct if C is a bias per column; otherwise it becomes ncnn's Gemm. */
export const gemmLowerings: LoweringFamily = {
  Gemm: (node) => node.define(0, lowered(node)),
  'com.microsoft:FusedGemm': (node) => node.define(0, applyActivation(node, lowered(node))),
};

function lowered(node: LoweringNode): DraftBlob {
  const plan = gemmPlan(node);
  return asInnerProduct(node, plan) ?? asGemm(node, plan);
}

function asInnerProduct(node: LoweringNode, { m, k, n, transA, transB, alpha, beta }: GemmPlan): DraftBlob | undefined {
  const addend = beta === 0 ? undefined : node.constant(2);
  if (beta !== 0 && node.isDynamic(2)) return undefined;
  const right = node.constant(1);
  if (right !== undefined && typeof k === 'number' && typeof n === 'number' && (!transA || m === 1 || k === 1)) {
    const bias = addend && biasAlong(addend, m, n, beta);
    if (bias === null) return undefined;
    const stored = transB ? { rows: n, columns: k } : { rows: k, columns: n };
    return innerProduct(
      node,
      rowsOf(node, 0, m, k),
      n,
      matrixWeight({ tensor: right, ...stored, transpose: !transB, factor: alpha }),
      bias,
    );
  }
  const left = node.constant(0);
  if (left === undefined || n !== 1 || typeof m !== 'number' || typeof k !== 'number') return undefined;
  const bias = addend && biasWeight(addend, m, beta);
  const stored = transA ? { rows: k, columns: m } : { rows: m, columns: k };
  return innerProduct(node, rowsOf(node, 1, 1, k), m, matrixWeight({ tensor: left, ...stored, transpose: transA, factor: alpha }), bias);
}

/** C as one value per column; `null` if its rows differ. */
function biasAlong(addend: Tensor, m: Dimension, n: number, beta: number): Weight | null {
  const rows = addend.shape.length > 1 ? (addend.shape[0] ?? 1) : 1;
  if (addend.size === 1 || m === 1 || rows === 1) return biasWeight(addend, n, beta);
  return null;
}

/**
 * ncnn computes `alpha * (A * B + beta * C)`, ONNX `alpha * A * B + beta * C`. So alpha is multiplied into a constant operand, or beta is
 * divided by it.
 */
function asGemm(node: LoweringNode, { m, k, n, transA, transB, alpha, beta }: GemmPlan): DraftBlob {
  const left = node.constant(0);
  const right = left === undefined ? node.constant(1) : undefined;
  const constant = left ?? right;
  if (constant === undefined && alpha === 0) throw new OperatorError('unsupported', 'alpha is 0');
  const outer = constant === undefined ? alpha : 1;
  const inner = constant === undefined ? 1 : alpha;
  const addend = beta === 0 ? undefined : node.optionalInput(2);
  const isAddendDynamic = addend !== undefined && addend.constant === undefined;
  const bottoms: DraftBlob[] = [];
  const weights: Weight[] = [];
  if (left === undefined) bottoms.push(node.blob(0, transA ? [k, m] : [m, k]));
  else weights.push(matrixWeight({ tensor: left, rows: 1, columns: left.size, transpose: false, factor: inner }));
  if (right === undefined) bottoms.push(node.blob(1, transB ? [n, k] : [k, n]));
  else weights.push(matrixWeight({ tensor: right, rows: 1, columns: right.size, transpose: false, factor: inner }));
  if (addend !== undefined && isAddendDynamic) bottoms.push(node.blob(2, addendShape(addend.shape ?? [], m, n)));
  if (addend?.constant !== undefined) weights.push(weightOfTensor(addend.constant));
  const sizes = { m: known(m), k: known(k), n: known(n) };
  const broadcast = addend === undefined ? -1 : broadcastType(addend.shape ?? [], m, n);
  const constantC = isAddendDynamic ? {} : { constantC: 1, constant_broadcast_type_C: broadcast };
  const params = {
    alpha: outer,
    beta: addend === undefined ? 1 : beta / outer,
    transA: transA ? 1 : 0,
    transB: transB ? 1 : 0,
    ...(left === undefined ? {} : { constantA: 1 }),
    ...(right === undefined ? {} : { constantB: 1 }),
    ...constantC,
    constantM: left !== undefined || !isAddendDynamic ? sizes.m : 0,
    constantN: right !== undefined || !isAddendDynamic ? sizes.n : 0,
    constantK: constant === undefined ? 0 : sizes.k,
  };
  return node.layer('Gemm', bottoms, params, [m, n], weights);
}

function known(size: Dimension): number {
  return typeof size === 'number' ? size : 0;
}

/** The blob shape with which ncnn broadcasts C as ONNX does: one value, or a matrix whose axes are 1 or equal to the result's. */
function addendShape(shape: readonly Dimension[], m: Dimension, n: Dimension): BlobShape {
  const type = broadcastType(shape, m, n);
  if (type === 0) return [1];
  if (type === 2) return [m, 1];
  return type === 3 ? [m, n] : [1, n];
}

/** ncnn's code for how C broadcasts: 0 scalar, 2 column, 3 matrix, 4 row. */
function broadcastType(shape: readonly Dimension[], m: Dimension, n: Dimension): 0 | 2 | 3 | 4 {
  if (product(shape) === 1) return 0;
  const [rows = 1, columns = 1] = [1, 1, ...shape].slice(-2);
  if (columns === 1 && n !== 1) return 2;
  return rows === 1 && m !== 1 ? 4 : 3;
}
