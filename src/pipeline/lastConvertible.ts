import { Budget } from '../budget/budget.ts';
import { NcnnError } from '../diagnostics/diagnostic.ts';
import { capturedNames } from '../graph/ir/captures.ts';
import type { Graph } from '../graph/ir/graph.ts';
import { rewrite } from '../graph/rewrites/index.ts';
import { carryBatch } from '../graph/stages/batch.ts';
import { type Attempt, computedValues } from '../lower/blockers.ts';
import { lower } from '../lower/lower.ts';

/** How often the cut is moved towards the inputs before giving up. */
const maxTries = 4;

/**
 * For a graph that does not convert, the last tensors at which a cut makes it convert; each cut is tried. `attempt` is the result for the
 * whole graph. The tensors are in graph order; empty if there are none.
 */
export function lastConvertible(source: Graph, attempt: Attempt, budget: Budget = new Budget()): readonly string[] {
  try {
    return moveCut(source, attempt, budget);
  } catch (error) {
    // A part of the graph that exceeds the limits is not a useful suggestion.
    if (error instanceof NcnnError) return [];
    throw error;
  }
}

function moveCut(source: Graph, attempt: Attempt, budget: Budget): readonly string[] {
  let reached = computedValues(attempt);
  let graph = source;
  for (let round = 0; round < maxTries; round++) {
    const outputs = frontier(graph, reached);
    if (outputs.length === 0) return [];
    graph = { ...graph, outputs };
    const batched = carryBatch(graph, budget).graph;
    const folded = rewrite(batched, budget);
    const lowered = lower(folded.graph, budget);
    if (lowered.ok && folded.diagnostics.length === 0) return outputs;
    const computed = computedValues({ source: batched, folded, lowered });
    reached = new Set([...computed].filter((name) => reached.has(name)));
  }
  return [];
}

/** The first computed values on each path back from the outputs. Inputs and constants are not results. */
function frontier(graph: Graph, computed: ReadonlySet<string>): readonly string[] {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
  const seen = new Set(graph.outputs);
  // Names that are added during the iteration are visited as well.
  for (const name of seen) {
    const producer = computed.has(name) ? undefined : producers.get(name);
    for (const operand of producer === undefined ? [] : [...producer.inputs, ...capturedNames(producer)]) seen.add(operand);
  }
  return [...producers.keys()].filter((name) => seen.has(name) && computed.has(name));
}
