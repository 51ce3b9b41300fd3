import type { Shape } from '../ir/dimension.ts';
import { makeNode } from '../ir/graph.ts';
import type { AxisMap, Order } from '../ir/layoutRule.ts';
import { OperatorNode } from '../ir/operator.ts';
import type { Tensor } from '../ir/tensor.ts';
import { transposeOperators } from '../ops/movement/transpose.ts';

export function inverse(order: Order): Order {
  return order.map((_, axis) => order.indexOf(axis));
}

/** One order, and then another one of what that gave. */
export function followedBy(first: Order, second: Order): Order {
  return second.map((axis) => first[axis] ?? axis);
}

export function isIdentity(order: Order): boolean {
  return order.every((axis, place) => axis === place);
}

/** The axes of sizes other than 1 in the order given: what a value in that order looks like in memory. */
function memory(order: Order, shape: Shape): Order {
  return order.filter((axis) => shape[axis] !== 1);
}

/** Whether the elements stay where they are, as only axes of size 1 change their places. */
export function movesNothing(order: Order, shape: Shape): boolean {
  return memory(order, shape).every((axis, place, axes) => place === 0 || (axes[place - 1] ?? 0) < axis);
}

/** Whether two orders of a value put its elements into the same places. */
export function movesAlike(left: Order, right: Order, shape: Shape): boolean {
  const [one, other] = [memory(left, shape), memory(right, shape)];
  return one.length === other.length && one.every((axis, place) => axis === other[place]);
}

/** The order of an operand that an order of the frame makes. */
export function orderWithin(frame: Order, map: AxisMap): Order {
  return frame.filter((axis) => map.includes(axis)).map((axis) => map.indexOf(axis));
}

/** An order of a frame that gives an operand its order; the axes that the operand does not have stay where they are. */
export function orderAround(order: Order, map: AxisMap, rank: number): Order {
  const moved = order.map((axis) => map[axis] ?? axis);
  return Array.from({ length: rank }, (_, axis) => (map.includes(axis) ? (moved.shift() ?? axis) : axis));
}

/** A constant with its axes in another order. */
export function reordered(tensor: Tensor, order: Order): Tensor {
  if (movesNothing(order, tensor.shape)) return tensor.reshape(order.map((axis) => tensor.shape[axis] ?? 1));
  const node = new OperatorNode(makeNode('Transpose', ['x'], ['y'], { perm: order }), [undefined]);
  return transposeOperators.Transpose?.evaluate?.(node, [tensor])[0] ?? tensor;
}
