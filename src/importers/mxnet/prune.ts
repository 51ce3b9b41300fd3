import { argumentName, operatorRules } from './operators/index.ts';
import type { SymbolEntry, SymbolGraph, SymbolNode } from './symbol.ts';

/** What a node reads when a trained net runs: all but labels. */
export function entriesOf(node: SymbolNode): readonly SymbolEntry[] {
  return node.inputs.filter((_, operand) => argumentName(node.operator, operand) !== 'label');
}

/** The heads that are results of a trained net: those that depend on what only training computes are left out, unless all do. */
export function inferenceOutputs(symbol: SymbolGraph): readonly SymbolEntry[] {
  const training = new Set<number>();
  for (const [index, node] of symbol.nodes.entries()) {
    if (isForTraining(node) || entriesOf(node).some((entry) => training.has(entry.node))) training.add(index);
  }
  const kept = symbol.heads.filter((head) => !training.has(head.node));
  return kept.length > 0 ? kept : symbol.heads;
}

/**
 * The entries of the values that are asked for, by the names that MXNet gives them (`conv_output`, `split_output1`, or that of a variable);
 * `undefined` where none are, or where one is not a value of the symbol.
 */
export function requestedHeads(symbol: SymbolGraph, names: readonly string[] = []): readonly SymbolEntry[] | undefined {
  const nodes = new Map(symbol.nodes.map(({ name, operator }, node) => [operator === 'null' ? name : `${name}_output`, node]));
  const heads = names.flatMap((name): readonly SymbolEntry[] => {
    const [, base = name, output = '0'] = nodes.has(name) ? [] : (/^(.*_output)(\d+)$/.exec(name) ?? []);
    const node = nodes.get(base);
    return node === undefined ? [] : [{ node, output: Number(output) }];
  });
  return heads.length > 0 && heads.length === names.length ? heads : undefined;
}

function isForTraining({ operator }: SymbolNode): boolean {
  const rule = operatorRules.get(operator);
  return rule !== undefined && rule.convert === undefined;
}

/** Indices of the nodes that the heads depend on. */
export function neededNodes(symbol: SymbolGraph, heads: readonly SymbolEntry[]): ReadonlySet<number> {
  const needed = new Set(heads.map(({ node }) => node));
  // Nodes stand behind those that they read.
  for (let index = symbol.nodes.length - 1; index >= 0; index--) {
    const node = symbol.nodes[index];
    if (node !== undefined && needed.has(index)) for (const entry of entriesOf(node)) needed.add(entry.node);
  }
  return needed;
}

/** Names of the variables that trained heads read as weights. */
export function learnedVariables(symbol: SymbolGraph): readonly string[] {
  const needed = neededNodes(symbol, inferenceOutputs(symbol));
  const names = new Set<string>();
  for (const [index, node] of symbol.nodes.entries()) {
    if (!needed.has(index)) continue;
    for (const [operand, entry] of node.inputs.entries()) {
      const role = argumentName(node.operator, operand);
      const source = symbol.nodes[entry.node];
      if (role !== 'data' && role !== 'label' && source?.operator === 'null') names.add(source.name);
    }
  }
  return [...names];
}
