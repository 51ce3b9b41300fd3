import type { SymbolGraph, SymbolNode } from './symbol.ts';

/** A node that reads a value, and the operand it reads it as. */
export interface Use {
  readonly node: SymbolNode;
  readonly operand: number;
}

/** For each node, its uses by needed nodes, in order. */
export function usesOf(symbol: SymbolGraph, needed: ReadonlySet<number>): readonly (readonly Use[])[] {
  const uses: Use[][] = symbol.nodes.map(() => []);
  for (const [index, node] of symbol.nodes.entries()) {
    if (needed.has(index)) for (const [operand, entry] of node.inputs.entries()) uses[entry.node]?.push({ node, operand });
  }
  return uses;
}
