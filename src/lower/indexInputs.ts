import type { Graph, Node } from '../graph/ir/graph.ts';
import { operators } from '../graph/ops/index.ts';

/**
 * The inputs that do nothing but look up rows of constant tables. ncnn's Embed reads such indices as int32 bits, and
 * nothing in ncnn converts these from or to float; so an input that is also used otherwise is fed as float.
 */
export function indexInputs(graph: Graph): ReadonlySet<string> {
  const readers = new Map<string, { node: Node; position: number }[]>();
  for (const node of graph.nodes) {
    node.inputs.forEach((name, position) => {
      readers.set(name, [...(readers.get(name) ?? []), { node, position }]);
    });
  }
  const outputs = new Set(graph.outputs);
  // A Cast to a narrower type computes something.
  const isIndex = (name: string): boolean => /^u?int(32|64)$/.test(graph.types.get(name)?.dtype ?? '');
  const onlyLooksUp = (name: string): boolean => {
    const uses = readers.get(name) ?? [];
    if (outputs.has(name) || !isIndex(name)) return false;
    return uses.every(({ node, position }) => {
      const { lookup, elements } = operators.get(node.operator) ?? {};
      if (lookup !== undefined) return position === lookup.indices && graph.constants.has(node.inputs[lookup.table] ?? '');
      const isPassedOn = position === 0 && (elements === 'same' || elements === 'converted');
      return isPassedOn && node.outputs.every((output) => output === '' || onlyLooksUp(output));
    });
  };
  const used = graph.inputs.filter(({ name }) => readers.has(name) && !graph.constants.has(name));
  return new Set(used.filter(({ name }) => onlyLooksUp(name)).map(({ name }) => name));
}
