import type { Budget } from '../budget/budget.ts';
import { withCut } from '../diagnostics/cutAdvice.ts';
import { type Diagnostic, NcnnError, throwErrors } from '../diagnostics/diagnostic.ts';
import type { Batched } from '../graph/stages/batch.ts';
import type { Inferred } from '../graph/stages/infer.ts';
import { withPaths } from '../graph/stages/paths.ts';
import { withShapes } from '../graph/stages/shapeAdvice.ts';
import { diagnosticsOf } from '../lower/blockers.ts';
import { lower } from '../lower/lower.ts';
import type { Binding, Model } from '../net/model.ts';
import { lastConvertible } from './lastConvertible.ts';
import type { PinnedGraph } from './pinGraph.ts';

export interface LoweredGraph {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The model of a graph that was folded and rewritten. Throws one `NcnnError` with all that stands in the way, each with the way that leads
 * there and what to do.
 */
export function lowerGraph({ graph: source, batched }: PinnedGraph, folded: Inferred, budget: Budget): LoweredGraph {
  const lowered = lower(folded.graph, budget);
  const attempt = { source: batched.graph, folded, lowered };
  const located = withPaths(withPaths(diagnosticsOf(attempt), batched.graph), folded.graph);
  const shaped = withShapes(located, source);
  const diagnostics = lowered.ok ? shaped : withCut(shaped, lastConvertible(source, attempt, budget));
  throwErrors(diagnostics);
  if (!lowered.ok) throw new NcnnError(diagnostics);
  return { model: withBatch(lowered.model, batched), diagnostics };
}

/** Bindings as the source declares them: the batch axis that was taken away is back in their shapes. */
function withBatch(model: Model, { batch }: Batched): Model {
  if (batch === undefined) return model;
  const restore = (binding: Binding): Binding => {
    if (!batch.names.has(binding.name)) return binding;
    const shape = [batch.size, ...binding.shape.slice(1)];
    return typeof batch.size === 'number' ? { ...binding, shape, batch: batch.size } : { ...binding, shape };
  };
  return { ...model, inputs: model.inputs.map(restore), outputs: model.outputs.map(restore) };
}
