import { argumentName, operatorRules } from './operators/index.ts';
import type { SymbolEntry, SymbolGraph, SymbolNode } from './symbol.ts';

/** The operands of a node in inference: all except labels. */
export function entriesOf(node: SymbolNode): readonly SymbolEntry[] {
  return node.inputs.filter((_, operand) => argumentName(node.operator, operand) !== 'label');
}

/** The heads of a trained net. Heads that depend on training operators are dropped, unless all do. */
export function inferenceOutputs(symbol: SymbolGraph): readonly SymbolEntry[] {
  const training = new Set<number>();
  for (const [index, node] of symbol.nodes.entries()) {
    if (isForTraining(node) || entriesOf(node).some((entry) => training.has(entry.node))) training.add(index);
  }
  const inferenceHeads = symbol.heads.filter((head) => !training.has(head.node));
  return inferenceHeads.length > 0 ? inferenceHeads : symbol.heads;
}

/**
 * The entries of the requested values by MXNet name (`conv_output`, `split_output1`, or the name of a variable). Returns `undefined` if
 * none is requested or one does not exist.
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
  // Nodes come after the nodes that they read.
  for (let index = symbol.nodes.length - 1; index >= 0; index--) {
    const node = symbol.nodes[index];
    if (node !== undefined && needed.has(index)) for (const entry of entriesOf(node)) needed.add(entry.node);
  }
  return needed;
}

/** Names of the variables that the heads of a trained net read as weights. */
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
