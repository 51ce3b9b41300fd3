import { operatorRules } from './operators/index.ts';
import type { SymbolEntry, SymbolGraph, SymbolNode } from './symbol.ts';

/** Adds variables for the states that old releases omitted, with the array names of those releases. */
export function withStates(symbol: SymbolGraph): SymbolGraph {
  const nodes: SymbolNode[] = [];
  /** New index of each node. */
  const places: number[] = [];
  const moved = (entry: SymbolEntry): SymbolEntry => ({ ...entry, node: places[entry.node] ?? 0 });
  for (const node of symbol.nodes) {
    const added = missingStates(node);
    const inputs = node.inputs.map(moved);
    for (const name of added) {
      inputs.push({ node: nodes.length, output: 0 });
      nodes.push({ name: `${node.name}_${name}`, operator: 'null', attributes: new Map(), inputs: [] });
    }
    places.push(nodes.length);
    nodes.push({ ...node, inputs });
  }
  return { ...symbol, nodes, heads: symbol.heads.map(moved) };
}

/** Names of the states if exactly these are missing from the arguments. */
function missingStates({ operator, inputs }: SymbolNode): readonly string[] {
  const { arguments: names = [], states = 0 } = operatorRules.get(operator) ?? {};
  return states > 0 && inputs.length === names.length - states ? names.slice(-states) : [];
}
