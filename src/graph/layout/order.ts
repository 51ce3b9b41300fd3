import type { Shape } from '../ir/dimension.ts';
import { makeNode } from '../ir/graph.ts';
import type { AxisMap, Order } from '../ir/layoutRule.ts';
import { OperatorNode } from '../ir/operator.ts';
import type { Tensor } from '../ir/tensor.ts';
import { transposeOperators } from '../ops/movement/transpose.ts';

export function inverse(order: Order): Order {
  return order.map((_, axis) => order.indexOf(axis));
}

/** The composition of two permutations: `second` is applied to the result of `first`. */
export function followedBy(first: Order, second: Order): Order {
  return second.map((axis) => first[axis] ?? axis);
}

export function isIdentity(order: Order): boolean {
  return order.every((axis, place) => axis === place);
}

/** The axes of sizes other than 1 in the given order, which determine the layout in memory. */
function memory(order: Order, shape: Shape): Order {
  return order.filter((axis) => shape[axis] !== 1);
}

/** Whether the elements stay in place because only axes of size 1 move. */
export function movesNothing(order: Order, shape: Shape): boolean {
  return memory(order, shape).every((axis, place, axes) => place === 0 || (axes[place - 1] ?? 0) < axis);
}

/** Whether two permutations of a value give the same layout in memory. */
export function isSameMove(left: Order, right: Order, shape: Shape): boolean {
  const [one, other] = [memory(left, shape), memory(right, shape)];
  return one.length === other.length && one.every((axis, place) => axis === other[place]);
}

/** The permutation of an operand that follows from a permutation of the frame. */
export function orderWithin(frame: Order, map: AxisMap): Order {
  return frame.filter((axis) => map.includes(axis)).map((axis) => map.indexOf(axis));
}

/** A permutation of the frame that gives an operand its permutation; the axes that the operand lacks stay in place. */
export function orderAround(order: Order, map: AxisMap, rank: number): Order {
  const moved = order.map((axis) => map[axis] ?? axis);
  return Array.from({ length: rank }, (_, axis) => (map.includes(axis) ? (moved.shift() ?? axis) : axis));
}

/** A constant with permuted axes. */
export function reordered(tensor: Tensor, order: Order): Tensor {
  if (movesNothing(order, tensor.shape)) return tensor.reshape(order.map((axis) => tensor.shape[axis] ?? 1));
  const node = new OperatorNode(makeNode('Transpose', ['x'], ['y'], { perm: order }), [undefined]);
  return transposeOperators.Transpose?.evaluate?.(node, [tensor])[0] ?? tensor;
}
