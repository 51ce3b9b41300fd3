import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** Reads what an `Identity`, or a `Cast` to the type a value already has, was given, so that other patterns are not hidden by it. */
export const bypassIdentities: Rewrite = {
  name: 'bypass-identities',
  match: (node, graph) => {
    const inputs = node.inputs.map((name) => sourceOf(name, graph));
    return inputs.some((name, index) => name !== node.inputs[index]) ? (edit) => edit.emitLike(node, { inputs }) : undefined;
  },
};

function sourceOf(name: string, graph: GraphView): string {
  let source = name;
  for (let node = graph.producer(source); node !== undefined && isIdentity(node, graph); node = graph.producer(source)) {
    source = node.inputs[0] ?? '';
  }
  return source;
}

function isIdentity(node: Node, graph: GraphView): boolean {
  if (node.operator === 'Identity') return true;
  const [before, after] = [graph.typeOf(node.inputs[0])?.dtype, graph.typeOf(node.outputs[0])?.dtype];
  return node.operator === 'Cast' && before !== undefined && before === after;
}
