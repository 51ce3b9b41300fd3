import { broadcastShapes } from '../graph/ir/dimension.ts';
import { OperatorError } from '../graph/ir/operator.ts';
import { binaryCodes, reductionCodes, unaryCodes } from '../net/layers/codes.ts';
import type { BlobShape } from '../net/net.ts';
import type { DraftBlob } from './builder.ts';
import type { LoweringNode } from './node.ts';

/**
 * Single arithmetic layers for lowerings that compose a formula. Both operands must have the same rank: with different ranks, ncnn's result
 * depends on the sizes at run time.
 */

/** A BinaryOp of two blobs of the same rank. Axes of size 1 broadcast. */
export function binary(node: LoweringNode, operation: keyof typeof binaryCodes, left: DraftBlob, right: DraftBlob): DraftBlob {
  const shape = broadcastShapes(left.shape, right.shape);
  if (shape === undefined || left.shape.length !== right.shape.length) {
    throw new OperatorError('invalid', `[${left.shape.join(',')}] and [${right.shape.join(',')}] cannot be broadcast`);
  }
  return node.layer('BinaryOp', [left, right], { op_type: binaryCodes[operation].code }, shape);
}

/** A BinaryOp of a blob and a scalar. */
export function withScalar(node: LoweringNode, operation: keyof typeof binaryCodes, left: DraftBlob, right: number): DraftBlob {
  return node.layer('BinaryOp', [left], { op_type: binaryCodes[operation].code, with_scalar: 1, b: right }, left.shape);
}

/** A UnaryOp. */
export function unary(node: LoweringNode, operation: keyof typeof unaryCodes, blob: DraftBlob): DraftBlob {
  return node.layer('UnaryOp', [blob], { op_type: unaryCodes[operation].code }, blob.shape);
}

/** A Reduction over one axis of the blob. The axis is kept with size 1. */
export function reduceAxis(node: LoweringNode, operation: keyof typeof reductionCodes, blob: DraftBlob, axis: number): DraftBlob {
  const shape: BlobShape = blob.shape.map((size, index) => (index === axis ? 1 : size));
  const params = { operation: reductionCodes[operation].code, reduce_all: 0, axes: [axis], keepdims: 1, fixbug0: 1 };
  return node.layer('Reduction', [blob], params, shape);
}
