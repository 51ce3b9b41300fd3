import type { Node } from '../ir/graph.ts';
import type { GraphView } from '../ir/graphIndex.ts';
import { operators } from '../ops/index.ts';
import { layoutRuleOf } from './layoutRule.ts';

/** Whether an operator has an axis of its own that it wants channels on. */
export function hasChannelAxis(node: Node | undefined): boolean {
  return node !== undefined && operators.get(node.operator)?.channels !== undefined;
}

/** How many nodes are looked through, so that it costs the same wherever it is asked. */
const farthest = 8;

/** Whether a value is made by an operator that wants channels first, or made of such a value by what takes any order. */
export function isMadeChannelsFirst(name: string, graph: GraphView, distance = 0): boolean {
  const node = graph.producer(name);
  if (node === undefined || distance === farthest) return false;
  return wantsChannelsFirst(node) || (passes(node, graph) && isMadeChannelsFirst(node.inputs[0] ?? '', graph, distance + 1));
}

/** Whether a value is read by an operator that wants channels first, or by one behind others that take any order. */
export function isReadChannelsFirst(name: string, graph: GraphView, distance = 0): boolean {
  if (distance === farthest) return false;
  return graph
    .readers(name)
    .some((node) => wantsChannelsFirst(node) || (passes(node, graph) && isReadChannelsFirst(node.outputs[0] ?? '', graph, distance + 1)));
}

/** What stands next to such an operator can become part of it. */
function wantsChannelsFirst(node: Node): boolean {
  return operators.get(node.operator)?.channels === 'first';
}

function passes(node: Node, graph: GraphView): boolean {
  const result = graph.typeOf(node.outputs[0])?.shape;
  return result !== undefined && layoutRuleOf(graph.view(node), result) !== undefined;
}
