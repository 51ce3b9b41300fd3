import type { Graph, Node } from '../ir/graph.ts';
import { transposeOrder } from '../ops/movement/transpose.ts';
import { GraphIndex } from '../rewrites/rewrite.ts';
import { inverse, movesNothing } from './order.ts';
import { type LayoutRegion, regionAround, transposedMembers } from './region.ts';
import { transposeRegion } from './transposeRegion.ts';

/**
 * Computes parts of a graph in another order of axes where that leaves fewer Transposes, as where a framework keeps channels last and
 * an exporter puts each convolution between two Transposes. The very same graph where there is nothing to gain. The types
 * of all values must be known; the Transposes that undo each other afterwards are left for other rewrites.
 */
export function propagateLayouts(source: Graph): Graph {
  const index = new GraphIndex(source);
  const touched = new Set<string>();
  let graph = source;
  for (const node of source.nodes) {
    for (const region of regionsAt(node, index)) {
      // What one turn was decided by, another one must not change.
      if ([...region.orders.keys()].some((name) => touched.has(name))) continue;
      const members = transposedMembers(region, index);
      if (members === undefined) continue;
      graph = transposeRegion(graph, region, members, index);
      for (const name of region.orders.keys()) touched.add(name);
    }
  }
  return graph;
}

/** How many Transposes of a graph move elements. */
export function countTransposes(graph: Graph): number {
  const index = new GraphIndex(graph);
  return graph.nodes.filter((node) => movedOrder(node, index) !== undefined).length;
}

/** The regions that a Transpose makes one think of: what is before it in the order behind it, and the other way round. */
function regionsAt(node: Node, index: GraphIndex): readonly LayoutRegion[] {
  const order = movedOrder(node, index);
  const [source = ''] = node.inputs;
  const [result = ''] = node.outputs;
  if (order === undefined) return [];
  return [regionAround(source, order, index), regionAround(result, inverse(order), index)].filter(({ members }) => members.size > 0);
}

function movedOrder(node: Node, index: GraphIndex): readonly number[] | undefined {
  const shape = node.operator === 'Transpose' ? index.type(node.inputs[0])?.shape : undefined;
  const order = shape && transposeOrder(index.view(node), shape.length);
  return shape === undefined || order === undefined || movesNothing(order, shape) ? undefined : order;
}
