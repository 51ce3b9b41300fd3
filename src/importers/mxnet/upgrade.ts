import type { Entry, SymbolGraph, SymbolNode } from './symbol.ts';

/** The operands behind the listed ones that releases before 0.9 kept apart as states. */
const states: Readonly<Record<string, { readonly operands: number; readonly names: readonly string[] }>> = {
  BatchNorm: { operands: 3, names: ['moving_mean', 'moving_var'] },
  CuDNNBatchNorm: { operands: 3, names: ['moving_mean', 'moving_var'] },
};

/** A symbol with variables for the states that old releases left out of it, named as those releases named their arrays. */
export function withStates(symbol: SymbolGraph): SymbolGraph {
  const nodes: SymbolNode[] = [];
  /** Where each node of the symbol stands now. */
  const places: number[] = [];
  const moved = (entry: Entry): Entry => ({ ...entry, node: places[entry.node] ?? 0 });
  for (const node of symbol.nodes) {
    const state = states[node.operator];
    const added = state !== undefined && node.inputs.length === state.operands ? state.names : [];
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
