import { broadcastShapes, isStatic, product, type Shape, sameShape } from '../../graph/ir/dimension.ts';
import { OperatorError } from '../../graph/ir/operator.ts';
import { Tensor } from '../../graph/ir/tensor.ts';
import { sourceIndices } from '../../graph/ops/elementwise/broadcast.ts';
import { binaryCodes, unaryCodes } from '../../net/layers/codes.ts';
import type { BlobShape, LayerParams, LayerType } from '../../net/net.ts';
import { alignShapes } from '../broadcast.ts';
import type { DraftBlob } from '../builder.ts';
import type { TensorBlob } from '../movement/grouping.ts';
import { tiled } from '../movement/tile.ts';
import type { LoweringNode } from '../node.ts';
import { defaultBlobShape } from '../views.ts';

/**
 * Formulas over N-D tensors with numpy broadcasting. A lowering describes the computation; the functions here choose the views and add the
 * Reshape layers. Elements are float32, with bools as 0 and 1.
 */
export type Term = TensorBlob | ConstantTerm | number;

/** A constant of the model or of the lowering. It is available in any shape. */
export interface ConstantTerm {
  readonly constant: Tensor;
  readonly at: (shape: BlobShape) => DraftBlob;
}

type BinaryOperation = keyof typeof binaryCodes;

/** The operation that gives the same result with the operands swapped. */
const exchanged: Partial<Record<BinaryOperation, BinaryOperation>> = {
  ADD: 'ADD',
  MUL: 'MUL',
  MAX: 'MAX',
  MIN: 'MIN',
  SUB: 'RSUB',
  DIV: 'RDIV',
  POW: 'RPOW',
};

/** An operand of the node. A constant of one element becomes a number. */
export function term(node: LoweringNode, index: number): Term {
  const { constant } = node.input(index);
  if (constant?.dtype === 'string' || node.input(index).dtype === 'string')
    throw new OperatorError('unsupported', 'ncnn does not support strings');
  if (constant?.size === 1) return constant.toFloat32()[0] ?? 0;
  if (constant !== undefined) return { constant, at: (shape) => node.blob(index, shape) };
  const shape = node.shape(index);
  return { blob: node.blob(index, node.storedShape(index) ?? defaultBlobShape(shape)), shape };
}

/** A constant computed by the lowering. `key` distinguishes it from the node's other constants. */
export function constantTerm(node: LoweringNode, values: Float32Array, shape: readonly number[], key: string): Term {
  if (values.length === 1) return values[0] ?? 0;
  return {
    constant: Tensor.of('float32', shape, values),
    at: (view) => {
      if (!isStatic(view)) throw new OperatorError('shape', `a constant cannot be reshaped to [${view.join(',')}]`);
      return node.constantBlob(values, view, key);
    },
  };
}

/** Whether a term is computed at run time. */
export function isDynamicTerm(x: Term): x is TensorBlob {
  return typeof x === 'object' && 'blob' in x;
}

/** A term as a blob. A constant becomes MemoryData. */
export function dynamicTerm(node: LoweringNode, x: Term): TensorBlob {
  if (typeof x === 'number') return { blob: node.constantBlob(Float32Array.of(x), [1], `value ${x}`), shape: [] };
  return isDynamicTerm(x) ? x : { blob: x.at(defaultBlobShape(x.constant.shape)), shape: x.constant.shape };
}

/** Makes a term an output of the node. */
export function defineTerm(node: LoweringNode, index: number, x: Term): void {
  node.define(index, dynamicTerm(node, x).blob);
}

/** Applies an element-wise layer to a tensor in its stored shape. */
export function applyLayer<T extends LayerType>(node: LoweringNode, type: T, params: LayerParams<T>, x: Term): TensorBlob {
  const { blob, shape } = dynamicTerm(node, x);
  return { blob: node.layer(type, [blob], params, blob.shape), shape };
}

/** A UnaryOp. */
export function unaryTerm(node: LoweringNode, operation: keyof typeof unaryCodes, x: Term): TensorBlob {
  return applyLayer(node, 'UnaryOp', { op_type: unaryCodes[operation].code }, x);
}

/** 1 if an element is greater than the threshold, else 0; also 0 for NaN. */
export function above(node: LoweringNode, threshold: number, x: Term): TensorBlob {
  return applyLayer(node, 'Threshold', { threshold }, x);
}

/** Clamps elements between two finite bounds. */
export function clamp(node: LoweringNode, low: number, high: number, x: Term): TensorBlob {
  return applyLayer(node, 'Clip', { min: low, max: high }, x);
}

/** Logical negation: 1 for 0, and 0 for 1. */
export function not(node: LoweringNode, x: Term): TensorBlob {
  return binaryTerm(node, 'SUB', 1, x);
}

/** A BinaryOp of two terms with numpy broadcasting. At least one term is dynamic. */
export function binaryTerm(node: LoweringNode, operation: BinaryOperation, left: Term, right: Term): TensorBlob {
  if (typeof right === 'number') return withNumber(node, operation, left, right);
  if (typeof left === 'number') {
    const reverse = exchanged[operation];
    if (reverse === undefined) throw new OperatorError('unsupported', `ncnn has no ${operation} of a number and a tensor`);
    return withNumber(node, reverse, right, left);
  }
  const [leftNumber, rightNumber] = [uniform(left, right), uniform(right, left)];
  if (leftNumber !== undefined) return binaryTerm(node, operation, leftNumber, right);
  if (rightNumber !== undefined) return binaryTerm(node, operation, left, rightNumber);
  const leftShape = termShape(left);
  const rightShape = termShape(right);
  const shape = broadcastShapes(leftShape, rightShape);
  if (shape === undefined) throw new OperatorError('invalid', `[${leftShape.join(',')}] and [${rightShape.join(',')}] cannot be broadcast`);
  const op_type = binaryCodes[operation].code;
  // A single element broadcasts over a blob of any shape, unless its own rank is larger.
  if (isDynamicTerm(left) && isDynamicTerm(right)) {
    if (product(rightShape) === 1) {
      const one = right.blob.shape.length <= left.blob.shape.length ? right.blob : node.view(right.blob, [1]);
      return { blob: node.layer('BinaryOp', [left.blob, one], { op_type }, left.blob.shape), shape };
    }
    if (product(leftShape) === 1) {
      const one = left.blob.shape.length <= right.blob.shape.length ? left.blob : node.view(left.blob, [1]);
      return { blob: node.layer('BinaryOp', [one, right.blob], { op_type }, right.blob.shape), shape };
    }
  }
  const aligned = alignShapes(leftShape, rightShape, storedShapeOf(left), storedShapeOf(right));
  if (aligned !== undefined) {
    const bottoms = [blobOfShape(node, left, aligned.left), blobOfShape(node, right, aligned.right)];
    return { blob: node.layer('BinaryOp', bottoms, { op_type }, aligned.result), shape };
  }
  return sameShape(rightShape, shape)
    ? binaryTerm(node, operation, broadcastTerm(node, left, shape), right)
    : binaryTerm(node, operation, left, broadcastTerm(node, right, shape));
}

/** A BinaryOp with a scalar. A value that a parameter cannot hold (infinity, NaN) becomes a blob of one element. */
function withNumber(node: LoweringNode, operation: BinaryOperation, left: Term, right: number): TensorBlob {
  const { blob, shape } = dynamicTerm(node, left);
  const op_type = binaryCodes[operation].code;
  const number = Math.fround(right);
  if (Number.isFinite(number)) {
    return { blob: node.layer('BinaryOp', [blob], { op_type, with_scalar: 1, b: number }, blob.shape), shape };
  }
  const one = node.constantBlob(Float32Array.of(number), [1], `value ${number}`);
  return { blob: node.layer('BinaryOp', [blob, one], { op_type }, blob.shape), shape };
}

/** The N-D shape of a term. */
function termShape(x: Term): Shape {
  if (typeof x === 'number') return [];
  return isDynamicTerm(x) ? x.shape : x.constant.shape;
}

function storedShapeOf(x: Term): BlobShape | undefined {
  return isDynamicTerm(x) ? x.blob.shape : undefined;
}

/** The number that can replace a constant whose elements are all equal, if the other operand has the shape of the result. */
function uniform(x: TensorBlob | ConstantTerm, other: TensorBlob | ConstantTerm): number | undefined {
  if (isDynamicTerm(x) || !isDynamicTerm(other)) return undefined;
  const shape = broadcastShapes(termShape(x), termShape(other));
  if (shape === undefined || product(shape) !== product(termShape(other))) return undefined;
  const values = x.constant.toFloat32();
  return values.every((value) => value === values[0]) ? values[0] : undefined;
}

/** A term as a blob of the given shape. */
function blobOfShape(node: LoweringNode, x: TensorBlob | ConstantTerm, shape: BlobShape): DraftBlob {
  return isDynamicTerm(x) ? node.view(x.blob, shape) : x.at(shape);
}

/** Tiles the axes of size 1 of a term to the sizes of a larger shape. */
function broadcastTerm(node: LoweringNode, x: TensorBlob | ConstantTerm, shape: Shape): Term {
  const own = termShape(x);
  const padded = [...shape.slice(own.length).map(() => 1), ...own];
  const repeats = shape.map((size, axis) => (padded[axis] === 1 ? size : 1));
  if (!isStatic(repeats)) {
    throw new OperatorError('shape', 'the operands broadcast over more groups of axes than ncnn supports, and some axes are dynamic');
  }
  if (isDynamicTerm(x)) return tiled(node, { blob: x.blob, shape: padded }, repeats);
  if (!isStatic(shape)) throw new OperatorError('shape', 'a constant is broadcast over dynamic axes');
  const values = x.constant.toFloat32();
  const repeated = Float32Array.from(sourceIndices(x.constant.shape, shape), (index) => values[index] ?? 0);
  return constantTerm(node, repeated, shape, `spread to [${shape.join(',')}]`);
}
