import type { Graph, Node } from '../graph/ir/graph.ts';
import { operators } from '../graph/ops/index.ts';

interface Use {
  readonly node: Node;
  /** Which of the node's inputs it is. */
  readonly position: number;
}

/**
 * The inputs that do nothing but look up rows of constant tables. ncnn's Embed reads such indices as int32 bits, and
 * nothing in ncnn converts these from or to float; so an input that is also used otherwise is fed as float.
 */
export function indexInputs(graph: Graph): ReadonlySet<string> {
  const uses = usesOf(graph.nodes);
  const outputs = new Set(graph.outputs);
  // A Cast to a narrower type computes something.
  const isIndex = (name: string): boolean => !outputs.has(name) && /^u?int(32|64)$/.test(graph.types.get(name)?.dtype ?? '');
  const onlyLooksUp = (input: string): boolean => {
    const names = [input];
    // What is added while it is gone through is gone through as well.
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

/** Whether the outputs have the same elements. */
function passesOn({ node, position }: Use): boolean {
  const { lookup, elements } = operators.get(node.operator) ?? {};
  return lookup === undefined && position === 0 && (elements === 'same' || elements === 'converted');
}
