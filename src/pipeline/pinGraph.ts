import type { Budget } from '../budget/budget.ts';
import { type Diagnostic, throwErrors } from '../diagnostics/diagnostic.ts';
import type { Graph, GraphInput } from '../graph/ir/graph.ts';
import { type Batched, carryBatch } from '../graph/stages/batch.ts';
import { pin } from '../graph/stages/pin.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { requestKeep } from '../options/request/keep.ts';
import { tensorNames } from './lostBlobs.ts';

export interface PinnedGraph {
  /** The graph with the shapes, constants and outputs of the options: what the net must compute. */
  readonly graph: Graph;
  /** The inputs as the model declares them. */
  readonly declared: readonly GraphInput[];
  /** The graph to convert, for one sample if its batch was removed; the kept tensors are among its outputs. */
  readonly batched: Batched;
  /** The tensors that the `keep` option names. */
  readonly keep: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Pins and cuts a graph according to the options, and removes its batch axis if the samples are independent. Throws `NcnnError`. */
export function pinGraph(source: Graph, options: ConvertOptions, budget: Budget): PinnedGraph {
  const pinned = pin(source, options);
  throwErrors(pinned.diagnostics);
  const { names: keep, diagnostics } = requestKeep(options.keep, tensorNames(pinned.graph));
  throwErrors(diagnostics);
  const outputs = [...new Set([...pinned.graph.outputs, ...keep])];
  const batched = carryBatch({ ...pinned.graph, outputs }, budget);
  return { graph: pinned.graph, declared: source.inputs, batched, keep, diagnostics: [...pinned.diagnostics, ...batched.diagnostics] };
}
