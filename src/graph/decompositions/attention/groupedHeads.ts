import type { GraphBuilder } from '../../ir/builder.ts';
import type { Shape } from '../../ir/dimension.ts';
import { OperatorError } from '../../ir/operator.ts';

/**
 * The product of two tensors [batch, heads, rows, columns]. The right one may have fewer heads, each shared by a group of consecutive heads
 * on the left. Such a group becomes one matrix with the rows of all its heads, so nothing is repeated.
 */
export function groupedProduct(edit: GraphBuilder, left: string, leftShape: Shape, right: string, rightShape: Shape): string {
  const [, heads, rows, depth] = leftShape;
  const [, shared, , columns] = rightShape;
  if (heads === shared) return edit.emit('MatMul', [left, right]);
  if (typeof heads !== 'number' || typeof shared !== 'number' || heads % shared !== 0) {
    throw new OperatorError('invalid', `${heads} heads of queries cannot share ${shared} heads of keys and values`);
  }
  const [height, width] = [typeof rows === 'number' ? rows : -1, typeof columns === 'number' ? columns : -1];
  if (typeof depth === 'number' && (height > 0 || width > 0)) {
    const runs = edit.reshape(left, [0, shared, -1, depth]);
    return edit.reshape(edit.emit('MatMul', [runs, right]), [0, heads, height, width]);
  }
  edit.reserve(heads);
  const repeated = Array.from({ length: heads }, (_, head) => Math.floor((head * shared) / heads));
  return edit.emit('MatMul', [left, edit.emit('Gather', [right, edit.integers(repeated)], { axis: 1 })]);
}
