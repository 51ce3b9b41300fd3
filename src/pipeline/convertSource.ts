import { Budget } from '../budget/budget.ts';
import { type Diagnostic, inFile, NcnnError, throwErrors } from '../diagnostics/diagnostic.ts';
import type { Artifact } from '../emit/artifact.ts';
import { rewrite } from '../graph/rewrites/index.ts';
import type { ConvertibleImport } from '../importers/importer.ts';
import type { ModelSource } from '../importers/source.ts';
import { encode } from '../net/encode.ts';
import type { Model } from '../net/model.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import { requestKeep } from '../options/request/keep.ts';
import type { ConversionTrace } from '../report/index.ts';
import type { Reference } from '../verify/verify.ts';
import { contentHash, type HashPieces } from './contentHash.ts';
import { failureIn } from './failure.ts';
import { importModel } from './importModel.ts';
import { lostBlobs } from './lostBlobs.ts';
import { lowerGraph } from './lowerGraph.ts';
import { optimizeModel } from './optimizeModel.ts';
import { pinGraph } from './pinGraph.ts';
import { withSourceLines } from './sourceLines.ts';
import type { Stage } from './stages.ts';
import { stemOfModel } from './stem.ts';
import { traceOf } from './trace.ts';

export interface PipelineHooks {
  /** Called when a stage begins. May return a promise, so that a terminal or a page gets to draw. */
  readonly onStage?: (stage: Stage) => void | Promise<void>;
  /** SHA-256 where the host has a fast one. */
  readonly hash?: HashPieces;
}

/** A model that was converted where there may be no files. */
export interface SourceConversion {
  /** The net and its bytes, ready for `emitFiles`. */
  readonly artifact: Artifact;
  /** Warnings and infos; errors are thrown. */
  readonly diagnostics: readonly Diagnostic[];
  /** How the net came about, for the report. */
  readonly trace: ConversionTrace;
  /** What the net must compute, to verify it. */
  readonly reference: Reference;
}

/**
 * Converts a model: imports it, folds, lowers and optimizes it, and checks what would be written. Needs nothing of the system it runs on.
 * Throws one `NcnnError` with every blocker that was found.
 */
export async function convertSource(
  source: ModelSource,
  options: ConvertOptions = {},
  { onStage, hash }: PipelineHooks = {},
): Promise<SourceConversion> {
  const diagnostics: Diagnostic[] = [];
  const budget = new Budget(options);
  let sources: ReadonlyMap<string, string> | undefined;
  try {
    await onStage?.('read');
    const { format, imported } = await importModel(source, options, budget);
    if (imported.kind === 'weights') throw new NcnnError([imported.refusal]);
    for (const entry of imported.diagnostics) diagnostics.push(entry);
    if (imported.kind === 'graph') sources = imported.sources;
    const { model, reference } = await modelOf(imported, { options, budget, diagnostics, onStage });
    await onStage?.('optimize');
    const optimized = optimizeModel(model, options);
    for (const entry of optimized.diagnostics) diagnostics.push(entry);
    await onStage?.('check');
    const keepDefaults = imported.kind === 'model' && imported.isNet === true && options.optimize === false;
    const encoded = encode(optimized.model, { keepDefaults });
    for (const entry of encoded.diagnostics) diagnostics.push(entry);
    budget.spend('bytes', encoded.binLength + encoded.param.length);
    const { passes, saved, history } = optimized;
    return {
      artifact: {
        ...encoded,
        hash: contentHash(encoded, hash),
        stem: stemOfModel(source.name),
        format,
        passes,
        saved,
        lostBlobs: lostBlobs(imported, encoded.model.net),
      },
      diagnostics: inFile(source.file, withSourceLines(diagnostics, sources)),
      trace: traceOf(imported, model.net, history),
      reference,
    };
  } catch (error) {
    const failure = failureIn(source.file, diagnostics, error);
    throw new NcnnError(withSourceLines(failure.diagnostics, sources));
  }
}

/** What a conversion shares between its stages. */
interface Conditions {
  readonly onStage: PipelineHooks['onStage'];
  readonly options: ConvertOptions;
  readonly budget: Budget;
  readonly diagnostics: Diagnostic[];
}

interface Referenced {
  readonly model: Model;
  readonly reference: Reference;
}

async function modelOf(imported: ConvertibleImport, { options, budget, diagnostics, onStage }: Conditions): Promise<Referenced> {
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

/** The model with the blobs that the `keep` option names. Throws `NcnnError` for names that it does not have. */
function keepBlobs(model: Model, { keep }: ConvertOptions): Model {
  const { kept, diagnostics } = requestKeep(
    keep,
    model.net.layers.flatMap(({ tops }) => tops),
  );
  throwErrors(diagnostics);
  return kept.length === 0 ? model : { ...model, net: { ...model.net, kept: new Set(kept) } };
}

/** The outputs with the inputs that they are fed to in the next run. */
function withUpdates(model: Model, updates: ReadonlyMap<string, string> = new Map()): Model {
  const outputs = model.outputs.map((output) => {
    const input = updates.get(output.name);
    return input === undefined ? output : { ...output, updates: input };
  });
  return { ...model, outputs };
}
