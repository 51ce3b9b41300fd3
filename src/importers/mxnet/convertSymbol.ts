import { Budget } from '../../budget/budget.ts';
import { withCut } from '../../diagnostics/cutAdvice.ts';
import { type Diagnostic, diagnostic, NcnnError } from '../../diagnostics/diagnostic.ts';
import { cutBefore } from '../../diagnostics/remedies.ts';
import { graphRules } from '../../graph/decompositions/index.ts';
import { formatShape } from '../../graph/ir/dimension.ts';
import { GraphEditor } from '../../graph/ir/editor.ts';
import { type Graph, makeNode } from '../../graph/ir/graph.ts';
import { createNames } from '../../graph/ir/names.ts';
import { operatorDiagnostics } from '../../graph/ir/operator.ts';
import type { Tensor } from '../../graph/ir/tensor.ts';
import type { ConvertOptions } from '../../options/convertOptions.ts';
import { SymbolOperator } from './operator.ts';
import { operatorRules } from './operators/index.ts';
import { entriesOf, inferenceOutputs, neededNodes, requestedHeads } from './prune.ts';
import type { SymbolEntry, SymbolGraph, SymbolNode } from './symbol.ts';
import { readVariables, type Variables } from './variables.ts';
import { LearnedWeights } from './weights.ts';

/**
 * Converts a symbol to a Graph: each node becomes ONNX operators by the rule of its operator, in file order. Types are inferred on the way,
 * because many rules depend on them. Outputs get their MXNet names (`softmax_output`).
 *
 * Throws `NcnnError` with everything that is wrong: operators without a rule, weights that are missing or have the wrong shape, inputs
 * without a known shape.
 */
export function convertSymbol(
  symbol: SymbolGraph,
  params: ReadonlyMap<string, Tensor>,
  options: ConvertOptions,
  budget: Budget = new Budget(options),
): Graph {
  const heads = requestedHeads(symbol, options.outputs) ?? inferenceOutputs(symbol);
  const needed = neededNodes(symbol, heads);
  const unknown = unknownOperators(symbol, needed);
  const variables = readVariables(symbol, needed, params, options);
  if (variables.diagnostics.length > 0) throw new NcnnError([...unknown, ...variables.diagnostics]);

  const conversion = new SymbolConversion(symbol, variables, budget.renewed());
  for (const [index, node] of symbol.nodes.entries()) if (needed.has(index)) conversion.convert(node, index);
  const diagnostics = [...unknown, ...conversion.diagnostics];
  if (diagnostics.length > 0) throw new NcnnError(withCut(diagnostics, conversion.lastComputed(heads)));
  return conversion.graph(heads);
}

function unknownOperators(symbol: SymbolGraph, needed: ReadonlySet<number>): readonly Diagnostic[] {
  return symbol.nodes.flatMap(({ name, operator }, index) => {
    if (!needed.has(index) || operator === 'null' || operatorRules.get(operator)?.convert !== undefined) return [];
    return [diagnostic('operator-unknown', `the operator ${operator} is unknown`, cutBefore, { node: name, operator })];
  });
}

/** Converts the nodes of a symbol one by one. */
class SymbolConversion {
  readonly diagnostics: Diagnostic[] = [];
  readonly #symbol: SymbolGraph;
  readonly #editor: GraphEditor;
  readonly #weights: LearnedWeights;
  /** Graph names of the nodes. A symbol may use a name twice. */
  readonly #names: readonly string[];
  /** Output values of each node, by node index. Failed nodes have no entry. */
  readonly #values = new Map<number, readonly string[]>();
  /** By value: the index of the node that computes it. */
  readonly #owners = new Map<string, number>();

  constructor(symbol: SymbolGraph, { inputs, constants, missing }: Variables, budget: Budget) {
    this.#symbol = symbol;
    const names = createNames();
    for (const { name, operator } of symbol.nodes) if (operator === 'null') names.take(name);
    this.#names = symbol.nodes.map(({ name, operator }) => (operator === 'null' ? name : names.fresh(name)));
    const graph = { name: symbol.nodes.at(-1)?.name ?? '', inputs, outputs: [], nodes: [], constants, types: new Map() };
    // Decomposition waits until it is known whether the samples of a batch are computed one by one.
    this.#editor = new GraphEditor(graph, { rules: graphRules([]), names, budget });
    this.#weights = new LearnedWeights(missing, this.#editor, this.diagnostics);
  }

  /** Adds a node to the graph, unless the node fails or reads a failed one. */
  convert(node: SymbolNode, index: number): void {
    if (node.operator === 'null') {
      this.#values.set(index, [node.name]);
      return;
    }
    const convert = operatorRules.get(node.operator)?.convert;
    const entries = entriesOf(node);
    const operands = entries.flatMap((entry) => this.#values.get(entry.node)?.[entry.output] ?? []);
    if (convert === undefined || operands.length < entries.length) return;
    try {
      const operator = new SymbolOperator(node, operands, this.#editor, this.#weights);
      const results = this.#editor.scoped(this.#names[index] ?? node.name, () => convert(operator));
      this.#values.set(index, this.#nameResults(index, typeof results === 'string' ? [results] : results));
    } catch (error) {
      const shapes = operands.map((value) => formatShape(this.#editor.typeOf(value)?.shape));
      for (const entry of operatorDiagnostics(error, { node: node.name, operator: node.operator, shapes })) this.diagnostics.push(entry);
    }
  }

  /** The first computed values found when walking back from the heads. */
  lastComputed(heads: readonly SymbolEntry[]): readonly string[] {
    const visited = new Set<number>();
    const names = new Set<string>();
    const pending = [...heads].reverse();
    for (let entry = pending.pop(); entry !== undefined; entry = pending.pop()) {
      const node = this.#symbol.nodes[entry.node];
      const value = this.#values.get(entry.node)?.[entry.output];
      if (value !== undefined && this.#owners.has(value)) names.add(value);
      if (value !== undefined || node === undefined || visited.has(entry.node)) continue;
      visited.add(entry.node);
      for (const entry of entriesOf(node).toReversed()) pending.push(entry);
    }
    return [...names];
  }

  /** The graph with the given heads as outputs. */
  graph(heads: readonly SymbolEntry[]): Graph {
    return this.#editor.graph([...new Set(heads.map((head) => this.#outputOf(head)))]);
  }

  /**
   * Gives the results their MXNet names, and gives the name of the symbol node to the first node that computes one of them. A result that
   * is a constant or the value of another node keeps its name.
   */
  #nameResults(index: number, results: readonly string[]): readonly string[] {
    const renamed = new Map<string, string>();
    for (const [output, value] of results.entries()) {
      if (this.#owners.has(value) || renamed.has(value) || this.#editor.index.producer(value) === undefined) continue;
      const name = this.#outputName(index, output, results.length);
      this.#editor.index.rename(value, name, renamed.size === 0 ? this.#names[index] : undefined);
      this.#owners.set(name, index);
      renamed.set(value, name);
    }
    return results.map((value) => renamed.get(value) ?? value);
  }

  /** The name of a model output. A value that the node does not compute itself gets an additional node with that name. */
  #outputOf(head: SymbolEntry): string {
    const node = this.#symbol.nodes[head.node];
    const results = this.#values.get(head.node) ?? [];
    const value = results[head.output];
    if (node === undefined || value === undefined) {
      const message = `output ${head.output} of the node does not exist in inference`;
      throw new NcnnError([
        diagnostic('operator-unsupported', message, cutBefore, { node: node?.name ?? '', operator: node?.operator ?? '' }),
      ]);
    }
    if (node.operator === 'null' || this.#owners.get(value) === head.node) return value;
    const name = this.#outputName(head.node, head.output, results.length);
    try {
      this.#editor.add(makeNode('Identity', [value], [name]));
    } catch (error) {
      // The input has an invalid shape.
      throw new NcnnError(operatorDiagnostics(error, { node: node.name, operator: node.operator }));
    }
    return name;
  }

  #outputName(index: number, output: number, outputs: number): string {
    return this.#editor.fresh(`${this.#symbol.nodes[index]?.name ?? ''}_output${outputs === 1 ? '' : output}`);
  }
}
