import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { capturedNames } from '../graph/ir/captures.ts';
import type { Graph } from '../graph/ir/graph.ts';
import { rewrite } from '../graph/rewrites/index.ts';
import { carryBatch } from '../graph/stages/batch.ts';
import { cutHint } from '../graph/stages/infer.ts';
import { formatQueryParameters } from '../options/queryParameters.ts';
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

/** The diagnostics with the tensors at which to cut, ready to paste, where that helps. */
export function withCut(diagnostics: readonly Diagnostic[], tensors: readonly string[]): readonly Diagnostic[] {
  if (tensors.length === 0 || tensors.length > longestList) return diagnostics;
  const outputs = `\`${formatQueryParameters('output', tensors)}\``;
  return diagnostics.map((entry) => {
    if (entry.hint === cutHint) {
      return { ...entry, hint: `What comes before it converts: cut the graph with ${outputs}, or export the model without it.` };
    }
    if (entry.hint.includes(placeholder)) return { ...entry, hint: entry.hint.replace(placeholder, outputs) };
    if (entry.code !== 'operator-unsupported' && entry.code !== 'operator-unknown') return entry;
    return { ...entry, hint: `${entry.hint} What comes before it converts: cut the graph with ${outputs}.` };
  });
}

const placeholder = '`output=NAME`';

/** A longer list is nothing that anybody would paste. */
const longestList = 16;
