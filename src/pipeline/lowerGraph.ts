import type { Budget } from '../budget/budget.ts';
import { withCut } from '../diagnostics/cutAdvice.ts';
import { type Diagnostic, diagnostic, NcnnError, throwErrors } from '../diagnostics/diagnostic.ts';
import type { Batched } from '../graph/stages/batch.ts';
import type { Inferred } from '../graph/stages/infer.ts';
import { withPaths } from '../graph/stages/paths.ts';
import { withShapes } from '../graph/stages/shapeAdvice.ts';
import { diagnosticsOf } from '../lower/blockers.ts';
import { lower } from '../lower/lower.ts';
import type { Binding, Model } from '../net/model.ts';
import { withFittingSizes } from './fittingSizes.ts';
import { lastConvertible } from './lastConvertible.ts';
import type { PinnedGraph } from './pinGraph.ts';

export interface LoweredGraph {
  readonly model: Model;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Lowers a folded and rewritten graph to a model. Throws one `NcnnError` with all errors, each with the path to the node and the remedy.
 */
export function lowerGraph({ graph: source, declared, batched, keep }: PinnedGraph, folded: Inferred, budget: Budget): LoweredGraph {
  const only = new Set(keep.filter((name) => !source.outputs.includes(name)));
  const lowered = lower(folded.graph, budget, only);
  const attempt = { source: batched.graph, folded, lowered };
  const located = withPaths(withPaths(diagnosticsOf(attempt), batched.graph), folded.graph);
  const shaped = withShapes(withFittingSizes(located, source, declared, budget), source);
  const diagnostics = lowered.ok ? shaped : withCut(shaped, lastConvertible(source, attempt, budget));
  throwErrors(diagnostics);
  if (!lowered.ok) throw new NcnnError(diagnostics);
  const model = withBatch(lowered.model, batched);
  if (keep.length === 0) return { model, diagnostics };
  return withKeptBlobs(model, keep, only, diagnostics);
}

/** The model with its kept blobs; those that are not outputs are not bound. A kept tensor that shares a blob gets the name of that blob. */
function withKeptBlobs(model: Model, keep: readonly string[], only: ReadonlySet<string>, diagnostics: readonly Diagnostic[]): LoweredGraph {
  const blobs = new Map(model.outputs.map(({ name, blob }) => [name, blob]));
  const shared = keep.flatMap((name) => {
    const blob = blobs.get(name) ?? undefined;
    if (blob === name || blob === undefined) return [];
    return [diagnostic('name-changed', `the kept tensor "${name}" is the blob "${blob}"`, `Use "${blob}" to feed or extract it.`)];
  });
  const names = new Set(keep.flatMap((name) => blobs.get(name) ?? []));
  const outputs = model.outputs.filter(({ name }) => !only.has(name));
  const extracted = [...new Set(outputs.flatMap(({ blob }) => blob ?? []))];
  return { model: { ...model, net: { ...model.net, outputs: extracted, keep: names }, outputs }, diagnostics: [...diagnostics, ...shared] };
}

/** Bindings as the source declares them, with the batch axis that was removed restored in their shapes. */
function withBatch(model: Model, { batch }: Batched): Model {
  if (batch === undefined) return model;
  const restore = (binding: Binding): Binding => {
    if (!batch.names.has(binding.name)) return binding;
    const shape = [batch.size, ...binding.shape.slice(1)];
    return typeof batch.size === 'number' ? { ...binding, shape, batch: batch.size } : { ...binding, shape };
  };
  return { ...model, inputs: model.inputs.map(restore), outputs: model.outputs.map(restore) };
}
