import type { GraphEditor } from '../ir/editor.ts';
import type { Node } from '../ir/graph.ts';
import type { GraphIndex } from '../ir/graphIndex.ts';
import { transposeOrder } from '../ops/movement/transpose.ts';
import { inverse, movesNothing } from './order.ts';
import { type LayoutRegion, regionAround, transposedMembers } from './region.ts';
import { transposeRegion } from './transposeRegion.ts';

/** A part of a graph, and which of its nodes are to be computed with their axes in another order. */
export interface LayoutChange {
  readonly region: LayoutRegion;
  readonly members: ReadonlySet<Node>;
}

/**
 * The parts of a graph that take fewer Transposes with their axes in another order, as where a framework keeps channels last and an
 * exporter puts each convolution between two Transposes. The types of all values must be known.
 */
export function planLayouts(graph: GraphIndex): readonly LayoutChange[] {
  const touched = new Set<string>();
  const changes: LayoutChange[] = [];
  for (const { node } of graph.nodes.entries()) {
    for (const region of regionsAt(node, graph)) {
      // What one change was decided by, another one must not change.
      if ([...region.orders.keys()].some((name) => touched.has(name))) continue;
      const members = transposedMembers(region, graph);
      if (members === undefined) continue;
      changes.push({ region, members });
      for (const name of region.orders.keys()) touched.add(name);
    }
  }
  return changes;
}

/** Carries out changes of layout; the Transposes that undo each other afterwards are left for other rewrites. */
export function propagateLayouts(editor: GraphEditor, changes: readonly LayoutChange[]): void {
  for (const { region, members } of changes) transposeRegion(editor, region, members);
}

/** How many Transposes of a graph move elements. */
export function countTransposes(graph: GraphIndex): number {
  let count = 0;
  for (const { node } of graph.nodes.entries()) if (movedOrder(node, graph) !== undefined) count++;
  return count;
}

/** The regions that a Transpose suggests: what is before it in the order behind it, and the other way round. */
function regionsAt(node: Node, graph: GraphIndex): readonly LayoutRegion[] {
  const order = movedOrder(node, graph);
  const [source = ''] = node.inputs;
  const [result = ''] = node.outputs;
  if (order === undefined) return [];
  return [regionAround(source, order, graph), regionAround(result, inverse(order), graph)].filter(({ members }) => members.size > 0);
}

function movedOrder(node: Node, graph: GraphIndex): readonly number[] | undefined {
  const shape = node.operator === 'Transpose' ? graph.typeOf(node.inputs[0])?.shape : undefined;
  const order = shape && transposeOrder(graph.view(node), shape.length);
  return shape === undefined || order === undefined || movesNothing(order, shape) ? undefined : order;
}
