import type { Diagnostic, DiagnosticCode } from '../diagnostics/diagnostic.ts';
import { capturedNames } from '../graph/ir/captures.ts';
import type { Graph } from '../graph/ir/graph.ts';
import { rewrite } from '../graph/rewrites/index.ts';
import { carryBatch } from '../graph/stages/batch.ts';
import { lower } from './lower.ts';

/** How often the cut is moved towards the inputs before it is given up. */
const mostTries = 4;

/**
 * The last tensors of a graph that does not convert at which it does when it is cut there: that was tried. `computed` are the values
 * that could be computed in the form into which the graph was rewritten. In the order of the graph; empty where there are none.
 */
export function lastConvertible(source: Graph, computed: ReadonlySet<string>): readonly string[] {
  let reached = computed;
  let graph = source;
  for (let round = 0; round < mostTries; round++) {
    const outputs = frontier(graph, reached);
    if (outputs.length === 0) return [];
    graph = { ...graph, outputs };
    const folded = rewrite(carryBatch(graph).graph);
    const lowered = lower(folded.graph);
    if (lowered.ok && !folded.diagnostics.some(({ severity }) => severity === 'error')) return outputs;
    reached = lowered.ok ? new Set() : new Set([...lowered.computed].filter((name) => reached.has(name)));
  }
  return [];
}

/** Going back from the outputs, the first values that are computed. Inputs and constants are no results. */
function frontier(graph: Graph, computed: ReadonlySet<string>): readonly string[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const seen = new Set(graph.outputs);
  // What is added while it is gone through is gone through as well.
  for (const name of seen) {
    const producer = computed.has(name) ? undefined : producers.get(name);
    for (const operand of producer === undefined ? [] : [...producer.inputs, ...capturedNames(producer)]) seen.add(operand);
  }
  return [...producers.keys()].filter((name) => seen.has(name) && computed.has(name));
}

/** The diagnostics with the tensors at which to cut, where that helps. */
export function withCut(diagnostics: readonly Diagnostic[], names: readonly string[]): readonly Diagnostic[] {
  if (names.length === 0 || names.length > longestList) return diagnostics;
  return diagnostics.map((entry) => {
    const others = entry.advice.filter((advice) => advice.option !== 'outputs' || advice.names.length > 0);
    const isAsked = others.length < entry.advice.length || cuttable.has(entry.code);
    const isGiven = others.some(({ option }) => option === 'outputs');
    return isAsked && !isGiven ? { ...entry, advice: [...others, { option: 'outputs', names }] } : entry;
  });
}

/** Where it helps to cut the graph before the node, whatever else does. */
const cuttable: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>(['operator-unsupported', 'operator-unknown']);

/** A longer list is nothing that anybody would paste. */
const longestList = 16;
