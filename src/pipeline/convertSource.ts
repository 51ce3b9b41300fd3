import { Budget } from '../budget/budget.ts';
import { type Diagnostic, inFile, NcnnError } from '../diagnostics/diagnostic.ts';
import type { Artifact } from '../emit/artifact.ts';
import type { ModelSource } from '../importers/source.ts';
import type { ConvertOptions } from '../options/convertOptions.ts';
import type { ConversionTrace } from '../report/index.ts';
import type { Reference } from '../verify/verify.ts';
import { contentHash, type HashPieces } from './contentHash.ts';
import { encodeOptimized, keepsDefaults } from './encodeOptimized.ts';
import { failureIn } from './failure.ts';
import type { CalibrationOptions } from './guardModel.ts';
import { importModel } from './importModel.ts';
import { lostBlobs } from './lostBlobs.ts';
import { modelOfImport } from './modelOfImport.ts';
import { type SourceOf, withSourceLines } from './sourceLines.ts';
import type { Stage } from './stages.ts';
import { stemOfModel } from './stem.ts';
import { traceOf } from './trace.ts';

export interface PipelineHooks {
  /** Called when a stage starts. May return a promise, so that a terminal or a page can update. */
  readonly onStage?: (stage: Stage) => void | Promise<void>;
  /** SHA-256 implementation of the host, if it has a fast one. */
  readonly hash?: HashPieces;
}

/** The result of a conversion that does not depend on a file system. */
export interface SourceConversion {
  /** The net and its bytes, ready for `emitFiles`. */
  readonly artifact: Artifact;
  /** Warnings and infos; errors are thrown. */
  readonly diagnostics: readonly Diagnostic[];
  /** The history of the net, for the report. */
  readonly trace: ConversionTrace;
  /** What the net must compute, for a verification. */
  readonly reference: Reference;
  /** Total size of the model's files in bytes. */
  readonly bytesRead: number;
}

/**
 * Converts a model: imports it, folds, lowers and optimizes it, and checks the result. It needs no system APIs. Throws one `NcnnError` with
 * all errors.
 */
export async function convertSource(
  source: ModelSource,
  options: ConvertOptions & CalibrationOptions = {},
  { onStage, hash }: PipelineHooks = {},
): Promise<SourceConversion> {
  const diagnostics: Diagnostic[] = [];
  const budget = new Budget(options);
  let sourceOf: SourceOf | undefined;
  try {
    await onStage?.('read');
    const { format, imported } = await importModel(source, options, budget);
    if (imported.kind === 'weights') throw new NcnnError([imported.refusal]);
    for (const entry of imported.diagnostics) diagnostics.push(entry);
    if (imported.kind === 'graph') sourceOf = imported.sourceOf;
    const { model, reference } = await modelOfImport(imported, { options, budget, diagnostics, onStage });
    const encoded = await encodeOptimized(model, { onStage, options, budget, diagnostics }, keepsDefaults(imported, options));
    const { optimized, written } = encoded;
    return {
      artifact: {
        ...written,
        hash: contentHash(written, hash),
        stem: stemOfModel(source.name),
        format,
        passes: optimized.passes,
        saved: optimized.saved,
        lostBlobs: lostBlobs(imported, written.model.net),
        ...(encoded.guard === undefined ? {} : { halfGuard: encoded.guard }),
      },
      diagnostics: inFile(source.file, withSourceLines(diagnostics, sourceOf)),
      trace: traceOf(imported, model.net, optimized.history),
      reference,
      bytesRead: budget.bytesRead,
    };
  } catch (error) {
    const failure = failureIn(source.file, diagnostics, error);
    throw new NcnnError(withSourceLines(failure.diagnostics, sourceOf));
  }
}
