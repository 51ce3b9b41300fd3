import type { Node } from '../ir/graph.ts';
import type { GraphIndex } from '../ir/graphIndex.ts';
import type { Order } from '../ir/layoutRule.ts';
import { transposeOrder } from '../ops/movement/transpose.ts';
import { inverse, movesNothing } from './order.ts';
import { type LayoutRegion, regionAround, transposedMembers } from './region.ts';

/** A part of a graph, and the nodes in it that are computed in the other layout. */
export interface LayoutPlan {
  readonly region: LayoutRegion;
  readonly members: ReadonlySet<Node>;
}

/**
 * The parts of a graph that need fewer Transposes in another layout, for example if a framework is channels-last and an exporter puts each
 * convolution between two Transposes. The types of all values must be known.
 */
export function planLayouts(graph: GraphIndex): readonly LayoutPlan[] {
  const touched = new Set<string>();
  const tried = new TriedOrders();
  const changes: LayoutPlan[] = [];
  for (const { node } of graph.nodes.entries()) {
    for (const [value, order] of startsAt(node, graph)) {
      // A region is the same from each of its values.
      if (touched.has(value) || tried.has(value, order)) continue;
      const region = regionAround(value, order, graph);
      tried.add(region);
      // A plan must not change values that another plan depends on.
      if (region.members.size === 0 || [...region.orders.keys()].some((name) => touched.has(name))) continue;
      const members = transposedMembers(region, graph);
      if (members === undefined) continue;
      changes.push({ region, members });
      for (const name of region.orders.keys()) touched.add(name);
    }
  }
  return changes;
}

/** The layouts of values in the regions that were already examined. */
class TriedOrders {
  readonly #orders = new Map<string, Set<string>>();

  has(value: string, order: Order): boolean {
    return this.#orders.get(value)?.has(order.join()) ?? false;
  }

  add({ orders }: LayoutRegion): void {
    for (const [value, order] of orders) {
      const known = this.#orders.get(value);
      if (known === undefined) this.#orders.set(value, new Set([order.join()]));
      else known.add(order.join());
    }
  }
}

/** The number of Transposes in a graph that move elements. */
export function countTransposes(graph: GraphIndex): number {
  let count = 0;
  for (const { node } of graph.nodes.entries()) if (movedOrder(node, graph) !== undefined) count++;
  return count;
}

/** The layouts that a Transpose suggests: its input in the layout of its output, and its output in the layout of its input. */
function startsAt(node: Node, graph: GraphIndex): readonly (readonly [value: string, order: Order])[] {
  const order = movedOrder(node, graph);
  if (order === undefined) return [];
  return [
    [node.inputs[0] ?? '', order],
    [node.outputs[0] ?? '', inverse(order)],
  ];
}

function movedOrder(node: Node, graph: GraphIndex): readonly number[] | undefined {
  const shape = node.operator === 'Transpose' ? graph.typeOf(node.inputs[0])?.shape : undefined;
  const order = shape && transposeOrder(graph.view(node), shape.length);
  return shape === undefined || order === undefined || movesNothing(order, shape) ? undefined : order;
}
