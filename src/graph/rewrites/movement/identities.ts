import type { Node } from '../../ir/graph.ts';
import type { GraphView } from '../../ir/graphIndex.ts';
import type { Rewrite } from '../rewrite.ts';

/** Reads the operand of an `Identity`, or of a `Cast` to the same type, so that these do not hide other patterns. */
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
