import { formatShape, type Shape } from './dimension.ts';
import { OperatorError, type OperatorNode, usualRemedies } from './operator.ts';

/** Maximum number of elements in a tensor: ncnn stores that of a blob in 32 bits. */
const maxElements: number = 2 ** 31 - 1;

/** Maximum rank of a tensor: the limit of numpy, and far more than exporters write. */
export const maxAxes = 64;

/** Maximum number of outputs of a node whose number depends on an attribute. */
export const maxOutputs: number = 2 ** 12;

/** Maximum length of a list of positions at conversion time, such as entries to select or coordinates to look up. */
const maxListLength: number = 2 ** 24;

/** Maximum number of outputs along a resized axis; each needs a separate list. */
export const maxResizeOutputs: number = 2 ** 20;

/**
 * Rejects a shape that is too large before any memory of that size is allocated: a few bytes of a model may request 10^12 elements. Dynamic
 * axes count as 1. Throws {@link OperatorError}.
 */
export function checkShape(shape: Shape | undefined): void {
  if (shape === undefined) return;
  checkRank(shape.length);
  let count = 1;
  for (const size of shape) {
    if (typeof size !== 'number') continue;
    if (!Number.isSafeInteger(size) || size < 0)
      throw new OperatorError('invalid', `a tensor would have the shape ${formatShape(shape)}`, usualRemedies.limit);
    // An empty axis does not make the other axes harmless, because loops may still run over them.
    count *= Math.max(1, size);
  }
  if (count > maxElements) {
    throw new OperatorError('limit', `a tensor would have the shape ${formatShape(shape)}: more than ${maxElements} elements`);
  }
}

/** Rejects a tensor with too many axes. Throws {@link OperatorError}. */
function checkRank(rank: number): void {
  if (rank > maxAxes) throw new OperatorError('limit', `a tensor would have ${rank} axes; the maximum is ${maxAxes}`);
}

/** A shape with dynamic axes of the given rank. Throws {@link OperatorError} if the rank exceeds the maximum. */
export function freeShape(node: OperatorNode, rank: number): Shape {
  checkRank(rank);
  return Array.from({ length: rank }, (_, axis) => node.symbol(axis));
}

/** Rejects a list with too many entries. Throws {@link OperatorError}. */
export function checkList(length: number, maxLength: number = maxListLength): void {
  if (length <= maxLength) return;
  throw new OperatorError('limit', `${length} entries would be listed; the maximum is ${maxLength}`);
}
