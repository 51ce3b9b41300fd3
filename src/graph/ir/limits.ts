import { formatShape, type Shape } from './dimension.ts';
import { OperatorError, type OperatorNode, usualRemedies } from './operator.ts';

/** Most elements of a tensor: ncnn counts those of a blob in 32 bits. */
const maxElements: number = 2 ** 31 - 1;

/** Most axes of a tensor: numpy's own limit, and far more than any exporter writes. */
export const maxAxes = 64;

/** Most outputs of a node that an attribute gives the number of. */
export const maxOutputs: number = 2 ** 12;

/** Longest list of positions that is made while converting: of entries to pick, of coordinates to look up. */
const maxListLength: number = 2 ** 24;

/** Most outputs along an axis that is resized; each takes a list of its own. */
export const maxResizeOutputs: number = 2 ** 20;

/**
 * Refuses a shape that no tensor can have, before anything is made of that size: a model may ask for 10^12 elements in a few
 * bytes. Free axes count as 1. Throws {@link OperatorError}.
 */
export function checkShape(shape: Shape | undefined): void {
  if (shape === undefined) return;
  checkRank(shape.length);
  let count = 1;
  for (const size of shape) {
    if (typeof size !== 'number') continue;
    if (!Number.isSafeInteger(size) || size < 0)
      throw new OperatorError('invalid', `a tensor would have the shape ${formatShape(shape)}`, usualRemedies.limit);
    // An axis without elements hides nothing: others of any size would still be walked over.
    count *= Math.max(1, size);
  }
  if (count > maxElements) {
    throw new OperatorError('limit', `a tensor would have the shape ${formatShape(shape)}: more than ${maxElements} elements`);
  }
}

/** Refuses a tensor with more axes than any has. Throws {@link OperatorError}. */
function checkRank(rank: number): void {
  if (rank > maxAxes) throw new OperatorError('limit', `a tensor would have ${rank} axes; ${maxAxes} are the most`);
}

/** A shape of which only the number of axes is known. Throws {@link OperatorError} where no tensor has so many. */
export function freeShape(node: OperatorNode, rank: number): Shape {
  checkRank(rank);
  return Array.from({ length: rank }, (_, axis) => node.symbol(axis));
}

/** Refuses to list more entries than a converter should hold. Throws {@link OperatorError}. */
export function checkList(length: number, most: number = maxListLength): void {
  if (length <= most) return;
  throw new OperatorError('limit', `${length} entries would have to be listed; ${most} are the most`);
}
