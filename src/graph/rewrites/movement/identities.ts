import type { Node } from '../../ir/graph.ts';
import type { GraphIndex, Rewrite } from '../rewrite.ts';

/** Reads what an `Identity`, or a `Cast` to the type a value already has, was given, so that other patterns are not hidden by it. */
export const bypassIdentities: Rewrite = {
  name: 'bypass-identities',
  match: (node, graph) => {
    const inputs = node.inputs.map((name) => sourceOf(name, graph));
    return inputs.some((name, index) => name !== node.inputs[index]) ? { nodes: [{ ...node, inputs }] } : undefined;
  },
};

function sourceOf(name: string, graph: GraphIndex): string {
  const producer = graph.producer(name);
  const [source] = producer?.inputs ?? [];
  return producer !== undefined && source !== undefined && isIdentity(producer, graph) ? sourceOf(source, graph) : name;
}

function isIdentity(node: Node, graph: GraphIndex): boolean {
  if (node.operator === 'Identity') return true;
  const [before, after] = [graph.type(node.inputs[0])?.dtype, graph.type(node.outputs[0])?.dtype];
  return node.operator === 'Cast' && before !== undefined && before === after;
}
