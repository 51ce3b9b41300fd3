import type { Node } from '../ir/graph.ts';
import type { GraphView } from '../ir/graphIndex.ts';
import { operators } from '../ops/index.ts';
import { layoutRuleOf } from './layoutRule.ts';

/** Whether an operator has a channel axis. */
export function hasChannelAxis(node: Node | undefined): boolean {
  return node !== undefined && operators.get(node.operator)?.channels !== undefined;
}

/** The limit on nodes to look through, so that the cost of a check is bounded. */
const farthest = 8;

/** Whether a value is produced by a channels-first operator, directly or through operators that accept any layout. */
export function isProducedChannelsFirst(name: string, graph: GraphView, distance = 0): boolean {
  const node = graph.producer(name);
  if (node === undefined || distance === farthest) return false;
  return wantsChannelsFirst(node) || (passes(node, graph) && isProducedChannelsFirst(node.inputs[0] ?? '', graph, distance + 1));
}

/** Whether a value is read by a channels-first operator, directly or through operators that accept any layout. */
export function isReadChannelsFirst(name: string, graph: GraphView, distance = 0): boolean {
  if (distance === farthest) return false;
  return graph
    .readers(name)
    .some((node) => wantsChannelsFirst(node) || (passes(node, graph) && isReadChannelsFirst(node.outputs[0] ?? '', graph, distance + 1)));
}

/** Nodes adjacent to such an operator can be fused into it. */
function wantsChannelsFirst(node: Node): boolean {
  return operators.get(node.operator)?.channels === 'first';
}

function passes(node: Node, graph: GraphView): boolean {
  const result = graph.typeOf(node.outputs[0])?.shape;
  return result !== undefined && layoutRuleOf(graph.view(node), result) !== undefined;
}
