import type { Node } from '../ir/graph.ts';
import type { GraphIndex } from '../rewrites/rewrite.ts';
import { layoutRuleOf } from './layoutRule.ts';

/** Operators that want channels on axis 1, in ONNX as in ncnn. What stands next to them can become part of them. */
const channelsFirst: ReadonlySet<string> = new Set([
  'Conv',
  'ConvTranspose',
  'DeformConv',
  'MaxPool',
  'AveragePool',
  'LpPool',
  'GlobalAveragePool',
  'GlobalMaxPool',
  'BatchNormalization',
  'InstanceNormalization',
  'GroupNormalization',
  'LRN',
  'Resize',
  'DepthToSpace',
  'SpaceToDepth',
]);

/** Operators that work along the last axis. */
const channelsLast: ReadonlySet<string> = new Set(['MatMul', 'Gemm', 'LayerNormalization', 'RMSNormalization', 'Attention']);

/** Whether an operator has an axis of its own that it wants channels on. */
export function hasChannelAxis(node: Node | undefined): boolean {
  return node !== undefined && (channelsFirst.has(node.operator) || channelsLast.has(node.operator));
}

/** How many nodes are looked through, so that it costs the same wherever it is asked. */
const farthest = 8;

/** Whether a value is made by an operator that wants channels first, or made of such a value by what takes any order. */
export function isMadeChannelsFirst(name: string, graph: GraphIndex, distance = 0): boolean {
  const node = graph.producer(name);
  if (node === undefined || distance === farthest) return false;
  return channelsFirst.has(node.operator) || (passes(node, graph) && isMadeChannelsFirst(node.inputs[0] ?? '', graph, distance + 1));
}

/** Whether a value is read by an operator that wants channels first, or by one behind others that take any order. */
export function isReadChannelsFirst(name: string, graph: GraphIndex, distance = 0): boolean {
  if (distance === farthest) return false;
  return graph
    .readers(name)
    .some(
      (node) =>
        channelsFirst.has(node.operator) || (passes(node, graph) && isReadChannelsFirst(node.outputs[0] ?? '', graph, distance + 1)),
    );
}

function passes(node: Node, graph: GraphIndex): boolean {
  const result = graph.type(node.outputs[0])?.shape;
  return result !== undefined && layoutRuleOf(graph.view(node), result) !== undefined;
}
