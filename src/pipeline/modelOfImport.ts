import type { Budget } from '../budget/budget.ts';
import { type Diagnostic, throwErrors } from '../diagnostics/diagnostic.ts';
import { rewrite } from '../graph/rewrites/index.ts';
import type { ConvertibleImport } from '../importers/importer.ts';
import type { Model } from '../net/model.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { requestKeep } from '../options/request/keep.ts';
import type { Reference } from '../verify/verify.ts';
import type { CalibrationOptions } from './guardModel.ts';
import { lowerGraph } from './lowerGraph.ts';
import { pinGraph } from './pinGraph.ts';
import type { Stage } from './stages.ts';

/** The data that the stages of a conversion share. */
export interface Conditions {
  readonly onStage: ((stage: Stage) => void | Promise<void>) | undefined;
  readonly options: ConvertOptions & CalibrationOptions;
  readonly budget: Budget;
  readonly diagnostics: Diagnostic[];
}

/** A model before optimization, and what it must compute. */
export interface ReferencedModel {
  readonly model: Model;
  readonly reference: Reference;
}

/** The model of the imported source; a graph is pinned and lowered. Throws `NcnnError` with all errors. */
export async function modelOfImport(
  imported: ConvertibleImport,
  { options, budget, diagnostics, onStage }: Conditions,
): Promise<ReferencedModel> {
  if (imported.kind === 'model') {
    return { model: keepBlobs(imported.model, options), reference: { kind: 'model', model: imported.model } };
  }
  await onStage?.('fold');
  const pinned = pinGraph(imported.graph, options, budget);
  for (const entry of pinned.diagnostics) diagnostics.push(entry);
  const folded = rewrite(pinned.batched.graph, budget);
  await onStage?.('lower');
  const lowered = lowerGraph(pinned, folded, budget);
  for (const entry of lowered.diagnostics) diagnostics.push(entry);
  return {
    model: withColumns(withUpdates(lowered.model, imported.updates), imported.columns),
    reference: { kind: 'graph', graph: pinned.graph },
  };
}

function withColumns(model: Model, columns: ReadonlyMap<string, readonly string[]> = new Map()): Model {
  const named = model.outputs.map((output) => {
    const found = columns.get(output.name);
    return found === undefined ? output : { ...output, columns: found };
  });
  return { ...model, outputs: named };
}

/** The model with the blobs that the `keep` option names. Throws `NcnnError` for unknown names. */
function keepBlobs(model: Model, { keep }: ConvertOptions): Model {
  const { names: blobs, diagnostics } = requestKeep(
    keep,
    model.net.layers.flatMap(({ tops }) => tops),
  );
  throwErrors(diagnostics);
  return blobs.length === 0 ? model : { ...model, net: { ...model.net, keep: new Set(blobs) } };
}

/** The outputs with the inputs to feed them to in the next run. */
function withUpdates(model: Model, updates: ReadonlyMap<string, string> = new Map()): Model {
  const outputs = model.outputs.map((output) => {
    const input = updates.get(output.name);
    return input === undefined ? output : { ...output, updates: input };
  });
  return { ...model, outputs };
}
