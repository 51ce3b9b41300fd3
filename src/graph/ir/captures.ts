import type { Node } from './graph.ts';

/** Names that the subgraphs of a node capture from the surrounding graph. */
export function capturedNames(node: Node): readonly string[] {
  const names: string[] = [];
  for (const attribute of node.attributes.values()) {
    if (attribute.kind !== 'graph') continue;
    const { inputs, constants, nodes, outputs } = attribute.value;
    const own = new Set([...inputs.map((input) => input.name), ...constants.keys(), ...nodes.flatMap((inner) => inner.outputs)]);
    const used = [...outputs, ...nodes.flatMap((inner) => [...inner.inputs, ...capturedNames(inner)])];
    for (const name of used) if (name !== '' && !own.has(name)) names.push(name);
  }
  return names;
}
