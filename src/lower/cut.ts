import type { Advice } from '../diagnostics/advice.ts';
import type { Diagnostic, DiagnosticCode } from '../diagnostics/diagnostic.ts';
import { capturedNames } from '../graph/ir/captures.ts';
import type { Graph } from '../graph/ir/graph.ts';
import { rewrite } from '../graph/rewrites/index.ts';
import { carryBatch } from '../graph/stages/batch.ts';
import { type Attempt, computedValues } from './blockers.ts';
import { lower } from './lower.ts';

/** How often the cut is moved towards the inputs before it is given up. */
const mostTries = 4;

/**
 * The last tensors of a graph that does not convert at which it does when it is cut there: that was tried. `attempt` is what came of the
 * whole graph. In the order of the graph; empty where there are none.
 */
export function lastConvertible(source: Graph, attempt: Attempt): readonly string[] {
  let reached = computedValues(attempt);
  let graph = source;
  for (let round = 0; round < mostTries; round++) {
    const outputs = frontier(graph, reached);
    if (outputs.length === 0) return [];
    graph = { ...graph, outputs };
    const batched = carryBatch(graph).graph;
    const folded = rewrite(batched);
    const lowered = lower(folded.graph);
    if (lowered.ok && folded.diagnostics.length === 0) return outputs;
    const computed = computedValues({ source: batched, folded, lowered });
    reached = new Set([...computed].filter((name) => reached.has(name)));
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

/** The diagnostics with the tensors at which to cut, where that helps; without any, there is no such advice. */
export function withCut(diagnostics: readonly Diagnostic[], names: readonly string[]): readonly Diagnostic[] {
  if (names.length > longestList) return diagnostics;
  const cut: readonly Advice[] = names.length === 0 ? [] : [{ option: 'outputs', names }];
  return diagnostics.map((entry) => {
    const others = entry.advice.filter((advice) => advice.option !== 'outputs' || advice.names.length > 0);
    const isAsked = others.length < entry.advice.length || cuttable.has(entry.code);
    const isGiven = others.some(({ option }) => option === 'outputs');
    return isAsked && !isGiven ? { ...entry, advice: [...others, ...cut] } : entry;
  });
}

/** Where it helps to cut the graph before the node, whatever else does. */
const cuttable: ReadonlySet<DiagnosticCode> = new Set<DiagnosticCode>(['operator-unsupported', 'operator-unknown']);

/** A longer list is nothing that anybody would paste. */
const longestList = 16;
