import type { Budget } from '../budget/budget.ts';
import { type Diagnostic, throwErrors } from '../diagnostics/diagnostic.ts';
import type { Graph } from '../graph/ir/graph.ts';
import { type Batched, carryBatch } from '../graph/stages/batch.ts';
import { pin } from '../graph/stages/pin.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';

export interface PinnedGraph {
  /** The graph with the shapes, constants and outputs of the options: what the net must compute. */
  readonly graph: Graph;
  /** The graph to convert, of one sample where its batch is carried. */
  readonly batched: Batched;
  readonly diagnostics: readonly Diagnostic[];
}

/** Pins and cuts a graph as the options say, and takes its batch axis away where it can be carried. Throws `NcnnError`. */
export function pinGraph(source: Graph, options: ConvertOptions, budget: Budget): PinnedGraph {
  const pinned = pin(source, options);
  throwErrors(pinned.diagnostics);
  const batched = carryBatch(pinned.graph, budget);
  return { graph: pinned.graph, batched, diagnostics: [...pinned.diagnostics, ...batched.diagnostics] };
}
