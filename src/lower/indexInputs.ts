import type { Graph, Node } from '../graph/ir/graph.ts';
import { operators } from '../graph/ops/index.ts';

interface Use {
  readonly node: Node;
  /** Index of the input within the node. */
  readonly position: number;
}

/**
 * The graph inputs that are used only as row indices into constant tables. ncnn's Embed reads these indices as int32 bits, and no ncnn
 * layer converts them from or to float; an input with another use is therefore float.
 */
export function indexInputs(graph: Graph): ReadonlySet<string> {
  const uses = usesOf(graph.nodes);
  const outputs = new Set(graph.outputs);
  // A Cast to a narrower type changes values.
  const isIndex = (name: string): boolean => !outputs.has(name) && /^u?int(32|64)$/.test(graph.types.get(name)?.dtype ?? '');
  const onlyLooksUp = (input: string): boolean => {
    const names = [input];
    // The loop also visits names that are added while it runs.
    for (const name of names) {
      if (!isIndex(name)) return false;
      for (const use of uses.get(name) ?? []) {
        if (looksUp(use, graph)) continue;
        if (!passesOn(use)) return false;
        for (const output of use.node.outputs) if (output !== '') names.push(output);
      }
    }
    return true;
  };
  const used = graph.inputs.filter(({ name }) => uses.has(name) && !graph.constants.has(name));
  return new Set(used.filter(({ name }) => onlyLooksUp(name)).map(({ name }) => name));
}

function usesOf(nodes: readonly Node[]): ReadonlyMap<string, readonly Use[]> {
  const uses = new Map<string, Use[]>();
  for (const node of nodes) {
    for (const [position, name] of node.inputs.entries()) {
      const found = uses.get(name);
      if (found === undefined) uses.set(name, [{ node, position }]);
      else found.push({ node, position });
    }
  }
  return uses;
}

function looksUp({ node, position }: Use, { constants }: Graph): boolean {
  const { lookup } = operators.get(node.operator) ?? {};
  return lookup !== undefined && position === lookup.indices && constants.has(node.inputs[lookup.table] ?? '');
}

/** Whether the outputs have the same elements as the operand. */
function passesOn({ node, position }: Use): boolean {
  const { lookup, elements } = operators.get(node.operator) ?? {};
  return lookup === undefined && position === 0 && (elements === 'same' || elements === 'converted');
}
