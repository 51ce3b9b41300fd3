import { broadcastShapes } from '../graph/ir/dimension.ts';
import { OperatorError } from '../graph/ir/operator.ts';
import { binaryCodes, reductionCodes, unaryCodes } from '../net/layers/codes.ts';
import type { BlobShape } from '../net/net.ts';
import type { DraftBlob } from './builder.ts';
import type { LoweringNode } from './node.ts';

/**
 * Single arithmetic layers for lowerings that have to write a formula out. Two blobs must have the same number of axes:
 * what ncnn does with fewer depends on the sizes it happens to find.
 */

/** A BinaryOp of two blobs of one rank; axes of size 1 are spread. */
export function binary(node: LoweringNode, operation: keyof typeof binaryCodes, left: DraftBlob, right: DraftBlob): DraftBlob {
  const shape = broadcastShapes(left.shape, right.shape);
  if (shape === undefined || left.shape.length !== right.shape.length) {
    throw new OperatorError('invalid', `[${left.shape.join(',')}] and [${right.shape.join(',')}] cannot be combined element by element`);
  }
  return node.layer('BinaryOp', [left, right], { op_type: binaryCodes[operation].code }, shape);
}

/** A BinaryOp of a blob and a number. */
export function withScalar(node: LoweringNode, operation: keyof typeof binaryCodes, left: DraftBlob, right: number): DraftBlob {
  return node.layer('BinaryOp', [left], { op_type: binaryCodes[operation].code, with_scalar: 1, b: right }, left.shape);
}

/** A UnaryOp. */
export function unary(node: LoweringNode, operation: keyof typeof unaryCodes, blob: DraftBlob): DraftBlob {
  return node.layer('UnaryOp', [blob], { op_type: unaryCodes[operation].code }, blob.shape);
}

/** A Reduction over one axis of the blob, which stays with size 1. */
export function reduceAxis(node: LoweringNode, operation: keyof typeof reductionCodes, blob: DraftBlob, axis: number): DraftBlob {
  const shape: BlobShape = blob.shape.map((size, index) => (index === axis ? 1 : size));
  const params = { operation: reductionCodes[operation].code, reduce_all: 0, axes: [axis], keepdims: 1, fixbug0: 1 };
  return node.layer('Reduction', [blob], params, shape);
}
